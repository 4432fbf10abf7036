/// A value without parts.
enum Atom: Hashable {
  case integer(Int)
  case real(Double)
  case boolean(Bool)
  case string(String)
  /// `["uuid", "…"]`: the record of another table.
  case reference(RecordID)

  init?(_ value: JSONValue) {
    switch value {
    case .integer(let number): self = .integer(number)
    case .real(let number): self = .real(number)
    case .boolean(let flag): self = .boolean(flag)
    case .string(let text): self = .string(text)
    case .array(let pair):
      guard pair.count == 2, pair[0].text == "uuid", let text = pair[1].text else { return nil }
      self = .reference(RecordID(text))
    case .null, .object: return nil
    }
  }

  /// Whether it is what a column holds that nobody has set.
  var isDefault: Bool {
    switch self {
    case .integer(let number): number == 0
    case .real(let number): number == 0
    case .boolean(let flag): !flag
    case .string(let text): text.isEmpty
    case .reference: false
    }
  }
}
