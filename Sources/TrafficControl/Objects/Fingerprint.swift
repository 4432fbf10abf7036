/// Short numbers that stand for texts in names and cookies, and for programs in marks.
public enum Fingerprint {
  /// FNV-1a, 64 bits.
  public static func of(_ text: String) -> UInt64 { of(text.utf8) }

  static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
