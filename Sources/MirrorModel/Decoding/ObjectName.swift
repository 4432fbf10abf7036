/// The rule for the names of profiles and mirrors: `[A-Za-z0-9][A-Za-z0-9_.-]{0,31}`.
public enum ObjectName {
  /// Longest name in bytes.
  public static let maximumLength = 32
  /// The rule in words.
  static let rule = "1..32 letters, digits, '_', '.' or '-', a letter or digit first"

  /// Whether the text follows the rule.
  public static func isValid(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= maximumLength else { return false }
    return isAlphanumeric(first) && text.utf8.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
