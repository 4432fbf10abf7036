/// Whole numbers as profiles write them: `100`, `-1`, `0x1111`.
enum WholeNumber {
  /// `nil` for anything else, leading zeros included: YAML 1.1 reads `010` as 8, YAML 1.2 as 10.
  static func parse(_ text: String) -> Int? {
    if text.hasPrefix("0x") {
      let digits = text.dropFirst(2)
      return digits.utf8.allSatisfy(isHexDigit) ? Int(digits, radix: 16) : nil
    }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard digits.utf8.allSatisfy(isDigit), digits == "0" || digits.first != "0" else { return nil }
    return Int(text)
  }

  /// Whether the node would be a number but for zeros in front.
  static func hasLeadingZeros(_ node: YAMLNode) -> Bool {
    guard case .scalar(let text, .plain, _) = node, text.utf8.count > 1 else { return false }
    return text.hasPrefix("0") && text.utf8.allSatisfy(isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }
}
