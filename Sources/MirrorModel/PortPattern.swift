import NetworkTypes

/// The name of a port, or a shell pattern (`*`, `?`, `[abc]`, `[a-z]`, `[!abc]`; glob(7)) for names and altnames.
public struct PortPattern: Hashable, Sendable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) {
    self.text = text
  }

  /// Whether the text names just one interface.
  public var isLiteral: Bool { !text.utf8.contains(where: Self.isWildcard) }

  /// Whether the pattern fits the whole of a name or alternative name.
  public func matches(_ name: String) -> Bool {
    isLiteral ? name.utf8.elementsEqual(text.utf8) : Glob(text).matches(name)
  }

  /// What tells whether the pattern fits a name, ready to be asked often.
  public var matcher: (String) -> Bool {
    if isLiteral { return matches }
    let glob = Glob(text)
    return glob.matches
  }

  /// The text that all names begin with which the pattern fits.
  public var beginning: String { String(decoding: text.utf8.prefix { !Self.isWildcard($0) }, as: UTF8.self) }

  private static func isWildcard(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "[")
  }

  public var description: String { text }
}
