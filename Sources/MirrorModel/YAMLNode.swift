/// A node of a YAML document with the place where it starts; aliases are already resolved.
public indirect enum YAMLNode: Sendable {
  /// How a scalar was written: only plain ones can be numbers, booleans or null.
  public enum Style: Sendable { case plain, quoted }

  case scalar(text: String, style: Style, at: SourcePosition)
  case sequence([YAMLNode], at: SourcePosition)
  case mapping([(key: YAMLNode, value: YAMLNode)], at: SourcePosition)

  public var position: SourcePosition {
    switch self {
    case .scalar(_, _, let position), .sequence(_, let position), .mapping(_, let position): position
    }
  }
}

/// A place in a text file, both counted from 1; columns count characters.
public struct SourcePosition: Hashable, Sendable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}
