/// The base64 encoding of RFC 4648.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

  /// Padded, on one line.
  static func text(of bytes: [UInt8]) -> String {
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let number = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for digit in 0...group.count { text.append(alphabet[number >> (18 - 6 * digit) & 0x3f]) }
      text += String(repeating: "=", count: 3 - group.count)
    }
    return text
  }

  /// What a padded text on one line stands for; `nil` for anything that ``text(of:)`` does not say.
  static func bytes(of text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (group, digits, padding) = (0, 0, 0)
    for character in text {
      if character == UInt8(ascii: "=") {
        padding += 1
      } else {
        guard padding == 0, let value = value(of: character) else { return nil }
        group = group << 6 | value
      }
      digits += 1
      guard digits == 4 else { continue }
      guard padding <= 2 else { return nil }
      group <<= 6 * padding
      for place in 0..<(3 - padding) { bytes.append(UInt8(truncatingIfNeeded: group >> (16 - 8 * place))) }
      guard padding == 0 || group & (1 << (8 * padding) - 1) == 0 else { return nil }
      (group, digits) = (0, 0)
    }
    return digits == 0 ? bytes : nil
  }

  private static func value(of character: UInt8) -> Int? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(character) - 97 + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character) - 48 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
