import FoundationEssentials

/// JSON as programs like it: stable keys, sorted.
enum JSONText {
  static func encode(_ value: some Encodable) throws -> String {
    try encode(value, [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
  }

  /// On one line, for documents that follow each other.
  static func line(_ value: some Encodable) throws -> String {
    try encode(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  private static func encode(
    _ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting
  ) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension String {
  /// The text with blanks up to a width.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

  /// Without the blanks that padding has put at the end.
  var withoutPadding: String { String(decoding: utf8.prefix(utf8.count - trailingBlanks), as: UTF8.self) }

  private var trailingBlanks: Int { utf8.reversed().prefix { $0 == UInt8(ascii: " ") }.count }
}
