/// The rules the kernel has for the names of network interfaces (`dev_valid_name`, net/core/dev.c).
public enum InterfaceName {
  /// Longest name in bytes: `IFNAMSIZ` less its terminating zero.
  public static let maximumLength = 15
  /// Longest alternative name in bytes: `ALTIFNAMSIZ` less its terminating zero.
  public static let maximumAlternativeLength = 127

  /// Whether the kernel accepts the text as a name or, being longer, as an alternative name.
  public static func isValid(_ text: String) -> Bool {
    (1...maximumAlternativeLength).contains(text.utf8.count) && text != "." && text != ".."
      && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
  }
}
