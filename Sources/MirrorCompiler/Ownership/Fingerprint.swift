/// Short numbers that stand for texts in names and cookies.
public enum Fingerprint {
  /// FNV-1a, 64 bits.
  public static func of(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
