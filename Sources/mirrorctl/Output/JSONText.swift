import FoundationEssentials
import NetworkTypes

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
    return escaping(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// The encoder escapes control characters up to U+001F only; the others can only be in texts, where `\u…` stands for them.
  static func escaping(_ json: String) -> String {
    guard json.utf8.contains(where: { $0 >= 0x7f }) else { return json }
    var escaped = ""
    for scalar in json.unicodeScalars {
      if scalar.isPrintable || scalar.value < 0x20 {
        escaped.unicodeScalars.append(scalar)
      } else {
        for unit in scalar.utf16 {
          let digits = String(unit, radix: 16)
          escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return escaped
  }
}

extension String {
  /// The text with blanks up to a width.
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

  /// Without the blanks that padding has put at the end.
  var withoutPadding: String { String(decoding: utf8.prefix(utf8.count - trailingBlanks), as: UTF8.self) }

  private var trailingBlanks: Int { utf8.reversed().prefix { $0 == UInt8(ascii: " ") }.count }
}
