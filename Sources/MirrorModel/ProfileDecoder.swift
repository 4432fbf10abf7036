/// A profile, or everything that is wrong with it.
public typealias DecodedProfile = Result<Profile, ProfileError>

/// Turns the tree of a YAML document into a profile.
///
/// All findings are reported at once, in the order of the document. What is decoded is within the ranges that the types
/// document, so that whoever uses it need not check again.
public enum ProfileDecoder {
  /// Decodes a whole profile.
  ///
  /// - Parameters:
  ///   - document: `nil` stands for an empty file.
  ///   - file: the name of the file in the findings.
  ///   - defaultName: the name of a profile that does not name itself: the file's name without its ending.
  public static func decode(_ document: YAMLNode?, file: String, defaultName: String) -> DecodedProfile {
    guard let document else { return empty(file: file, "the profile is empty; it needs 'version: 1'") }
    return decode(document, file: file) { profile($0, defaultName: defaultName) }
  }

  /// Decodes a single mirror, an element of `mirrors`, as ``ProfileEncoder`` writes it.
  public static func decodeMirror(_ document: YAMLNode?, file: String) -> Result<PortMirror, ProfileError> {
    guard let document else { return empty(file: file, "the text is empty; expected a mirror") }
    return decode(document, file: file, MirrorDecoder.decode)
  }

  /// Decodes what is asked of a single bridge, an element of `bridges`, as ``ProfileEncoder`` writes it.
  public static func decodeBridge(_ document: YAMLNode?, file: String) -> Result<BridgeSettings, ProfileError> {
    guard let document else { return empty(file: file, "the text is empty; expected a bridge") }
    return decode(document, file: file, BridgeDecoder.decode)
  }

  private static func empty<Value>(file: String, _ message: String) -> Result<Value, ProfileError> {
    let start = SourcePosition(line: 1, column: 1)
    return .failure(ProfileError(diagnostics: [Diagnostic(file: file, position: start, path: "", message: message)]))
  }

  private static func decode<Value>(
    _ document: YAMLNode, file: String, _ read: (Field) -> Value?
  ) -> Result<Value, ProfileError> {
    let findings = Findings(file: file)
    let value = read(Field(node: document, path: "", findings: findings))
    guard let value, findings.isEmpty else {
      return .failure(ProfileError(diagnostics: findings.inDocumentOrder))
    }
    return .success(value)
  }

  private static func profile(_ field: Field, defaultName: String) -> Profile? {
    let expected = "a mapping with 'version: 1' and lists of mirrors and bridges"
    guard let table = FieldTable<ProfileKey>(field, expected: expected) else { return nil }
    _ = table.required(.version, expected: "1")?.integer(in: 1...1, expected: "version 1")
    let mirrors = list(table[.mirrors], of: "mirrors", MirrorDecoder.decode)
    let bridges = list(table[.bridges], of: "bridges", BridgeDecoder.decode)
    guard let name = name(table, defaultName: defaultName) else { return nil }
    return Profile(name: name, mirrors: mirrors, bridges: bridges)
  }

  private static func name(_ table: FieldTable<ProfileKey>, defaultName: String) -> String? {
    if let field = table[.profile] { return field.objectName() }
    guard ObjectName.isValid(defaultName) else {
      let quoted = Quotation.quote(defaultName)
      table.whole.report(
        "'profile' is missing, and the file's name \(quoted) cannot stand for it; expected \(ObjectName.rule)")
      return nil
    }
    return defaultName
  }

  /// Decodes a list of things that have names, each name once.
  private static func list<Element>(_ field: Field?, of things: String, _ decode: (Field) -> Element?) -> [Element] {
    let fields = field?.elements(expected: "a list of \(things)") ?? []
    var lines: [String: Int] = [:]
    for name in fields.compactMap(\.nameField) {
      guard case .scalar(let text, _, let position) = name.node, !name.isAbsent else { continue }
      if let line = lines[text] {
        name.report("the name \(Quotation.quote(text)) is given twice, first on line \(line)")
      } else {
        lines[text] = position.line
      }
    }
    return fields.compactMap(decode)
  }
}

extension Field {
  /// The first value of the key `name`, if the node is a mapping that has one.
  fileprivate var nameField: Field? {
    guard case .mapping(let entries, _) = node else { return nil }
    for case (.scalar("name", _, _), let value) in entries {
      return Field(node: value, path: "\(path).name", findings: findings)
    }
    return nil
  }
}
