/// Quoting for POSIX shells.
public enum ShellWord {
  /// The text as one word that a shell reads back byte by byte: as it is where that is safe, else in single quotes.
  ///
  /// Characters that a terminal might take for commands are given to printf(1) as octal numbers, so that a script can be looked at; only
  /// line breaks at the end, which a substitution loses, stand for themselves.
  public static func quote(_ text: String) -> String {
    if !text.isEmpty, text.utf8.allSatisfy(isSafe) { return text }
    guard !text.unicodeScalars.allSatisfy(\.isPrintable) else { return quote(bytes: Array(text.utf8)) }
    let bytes = Array(text.utf8)
    let lineBreaks = bytes.reversed().prefix { $0 == lineFeed }
    let numbers = bytes.dropLast(lineBreaks.count).map(octal).joined()
    let end = lineBreaks.isEmpty ? "" : quote(bytes: Array(lineBreaks))
    return numbers.isEmpty ? end : "\"$(printf '\(numbers)')\"" + end
  }

  /// A single quote cannot be within single quotes. A combining character after it is none of the shell's business, so what is
  /// looked for are bytes.
  private static func quote(bytes: [UInt8]) -> String {
    let parts = bytes.split(separator: singleQuote, omittingEmptySubsequences: false)
    return "'" + parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "'\\''") + "'"
  }

  /// As the format of printf(1) takes it.
  private static func octal(_ byte: UInt8) -> String {
    if isSafe(byte), byte != UInt8(ascii: "-"), byte != UInt8(ascii: "%") { return String(UnicodeScalar(byte)) }
    if byte == UInt8(ascii: "%") { return "%%" }
    let digits = String(byte, radix: 8)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
  }

  private static let singleQuote = UInt8(ascii: "'")
  private static let lineFeed = UInt8(ascii: "\n")

  private static func isSafe(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
      || "_-.:/@%+=,".utf8.contains(byte)
  }
}
