import NetworkTypes

/// Shows text from a profile in messages, whatever it holds.
public enum Quotation {
  /// Longest text shown, in characters.
  static let limit = 40

  /// The text in single quotes, cut to ``limit``.
  public static func quote(_ text: String) -> String { "'\(escape(text))'" }

  /// The text cut to ``limit``, with control characters and line breaks written as `\u{…}`.
  public static func escape(_ text: String) -> String {
    if text.utf8.count <= limit, text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return text }
    var shown = ""
    for scalar in text.unicodeScalars.prefix(limit) { shown += escape(scalar) }
    return text.unicodeScalars.dropFirst(limit).isEmpty ? shown : shown + "…"
  }

  /// `a, b or c`
  public static func alternatives(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    scalar.isPrintable ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
  }
}
