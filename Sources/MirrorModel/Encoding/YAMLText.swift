/// YAML for people: block style, short lists on one line, quotes only where they are needed.
public enum YAMLText {
  /// The lines of a document that is a mapping or a list, without `---`.
  ///
  /// ``ProfileDecoder`` reads the text as it reads the node.
  public static func lines(_ node: YAMLNode) -> [String] {
    switch node {
    case .scalar(let text, let style, _): [scalar(text, style)]
    case .sequence(let nodes, _) where nodes.isEmpty: ["[]"]
    case .sequence(let nodes, _): nodes.flatMap { indented(lines($0), first: "- ") }
    case .mapping(let entries, _) where entries.isEmpty: ["{}"]
    case .mapping(let entries, _): entries.flatMap { entry($0.key, $0.value) }
    }
  }

  private static func entry(_ key: YAMLNode, _ value: YAMLNode) -> [String] {
    let name = inline(key)
    switch value {
    case .mapping(let entries, _) where !entries.isEmpty: return ["\(name):"] + indented(lines(value), first: "  ")
    case .sequence(let nodes, _) where nodes.contains(where: { !$0.isScalar }):
      return ["\(name):"] + indented(lines(value), first: "  ")
    default: return ["\(name): \(inline(value))"]
    }
  }

  private static func inline(_ node: YAMLNode) -> String {
    switch node {
    case .scalar(let text, let style, _): scalar(text, style)
    case .sequence(let nodes, _): "[" + nodes.map(inline).joined(separator: ", ") + "]"
    case .mapping(let entries, _):
      "{" + entries.map { "\(inline($0.key)): \(inline($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  private static func indented(_ lines: [String], first: String) -> [String] {
    lines.enumerated().map { ($0 == 0 ? first : "  ") + $1 }
  }

  private static func scalar(_ text: String, _ style: YAMLNode.Style) -> String {
    style == .plain || isWord(text) ? text : JSONText.string(text)
  }

  /// Whether no version of YAML reads the text as anything but itself: a word that is none of YAML's own, or an IPv4 address.
  private static func isWord(_ text: String) -> Bool {
    let reserved = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"]
    guard let first = text.utf8.first, !reserved.contains(text.lowercased()) else { return false }
    if isLetter(first) { return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_.-".utf8.contains($0) } }
    return text.utf8.count { $0 == UInt8(ascii: ".") } == 3
      && text.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension YAMLNode {
  fileprivate var isScalar: Bool {
    if case .scalar = self { true } else { false }
  }
}
