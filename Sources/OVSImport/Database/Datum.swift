/// The value of a column in an OVSDB database (RFC 7047, section 5.1).
enum Datum {
  /// A single value, an optional one or a set.
  case set([Atom])
  case map([Atom: Atom])

  /// `nil` for what is no such value.
  init?(_ value: JSONValue) {
    guard let pair = value.elements, pair.count == 2, let items = pair[1].elements else {
      guard let atom = Atom(value) else { return nil }
      self = .set([atom])
      return
    }
    switch pair[0].text {
    case "set":
      let atoms = items.compactMap(Atom.init)
      guard atoms.count == items.count else { return nil }
      self = .set(atoms)
    case "map":
      var map: [Atom: Atom] = [:]
      for item in items {
        guard let entry = item.elements, entry.count == 2, let key = Atom(entry[0]), let value = Atom(entry[1]) else {
          return nil
        }
        map[key] = value
      }
      self = .map(map)
    default: return nil
    }
  }
}

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
}

/// The UUID that tells a record from all others.
struct RecordID: Hashable, Comparable, CustomStringConvertible {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  static func < (left: RecordID, right: RecordID) -> Bool { left.text < right.text }

  var description: String { text }
}
