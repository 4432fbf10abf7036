/// Numbers as strtol(3) reads them with base 0: `17`, `0x11`, `021`.
enum CNumber {
  static func parse(_ text: String) -> Int? {
    if text.hasPrefix("0x") || text.hasPrefix("0X") { return Int(text.dropFirst(2), radix: 16) }
    if text.hasPrefix("0"), text.utf8.count > 1 { return Int(text.dropFirst(), radix: 8) }
    return Int(text)
  }
}
