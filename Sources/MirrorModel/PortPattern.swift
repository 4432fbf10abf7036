import NetworkTypes

/// The name of a port, or a shell pattern (`*`, `?`, `[abc]`, `[a-z]`, `[!abc]`; glob(7)) for names and alternative names.
public struct PortPattern: Hashable, Sendable, CustomStringConvertible {
  public let text: String

  public init(_ text: String) {
    self.text = text
  }

  /// Whether the text names just one interface.
  public var isLiteral: Bool { !text.contains { "*?[".contains($0) } }

  public var description: String { text }
}
