/// A mapping whose keys are the cases of an enumeration.
struct FieldTable<Key: RawRepresentable & CaseIterable & Hashable> where Key.RawValue == String {
  /// The mapping itself, for findings that concern several of its keys.
  let whole: Field
  private let fields: [Key: Field]

  /// Reports what is no mapping, unknown keys and keys that are given twice.
  ///
  /// - Returns: `nil` only if the node is no mapping.
  init?(_ whole: Field, expected: String) {
    guard case .mapping(let entries, _) = whole.node else {
      whole.mismatch(expected: expected)
      return nil
    }
    self.whole = whole
    fields = Self.collect(entries, of: whole)
  }

  subscript(key: Key) -> Field? { fields[key] }

  /// The value of a key that must be there.
  func required(_ key: Key, expected: String) -> Field? {
    if let field = fields[key] { return field }
    whole.report("'\(key.rawValue)' is missing; expected \(expected)")
    return nil
  }

  /// The keys of the mapping that are among the given ones, in the order of the latter.
  func present(among keys: [Key]) -> [Key] {
    keys.filter { fields[$0] != nil }
  }

  private static func collect(_ entries: [(key: YAMLNode, value: YAMLNode)], of whole: Field) -> [Key: Field] {
    var fields: [Key: Field] = [:]
    var lines: [Key: Int] = [:]
    for (keyNode, value) in entries {
      guard case .scalar(let text, _, let position) = keyNode else {
        whole.findings.add(at: keyNode.position, path: whole.path, "expected the name of a key, not a list or mapping")
        continue
      }
      let path = whole.path.isEmpty ? Quotation.escape(text) : "\(whole.path).\(Quotation.escape(text))"
      guard let key = Key(rawValue: text) else {
        whole.findings.add(at: position, path: path, unknownKey(text))
        continue
      }
      if let line = lines[key] {
        whole.findings.add(at: position, path: path, "the key is given twice, first on line \(line)")
        continue
      }
      lines[key] = position.line
      fields[key] = Field(node: value, path: path, findings: whole.findings)
    }
    return fields
  }

  private static func unknownKey(_ text: String) -> String {
    let nearest = EditDistance.nearest(to: text.unicodeScalars, among: Key.allCases.map(\.rawValue)) ?? ""
    return "unknown key \(Quotation.quote(text)); the nearest known one is '\(nearest)'"
  }
}
