extension Truncation {
  /// The program: cuts the frame, or leaves it as it is, and returns 0, which is no match.
  public var instructions: [ExtendedInstruction] {
    let length = Int32(max(self.length, Self.header))
    let lengthBesideTag = Int32(max(self.length, Self.header + Self.tag) - Self.tag)
    var code: [ExtendedInstruction] = [
      .move(.r6, .r1), .move(.r7, length), .load(.r2, .r6, Field.vlanPresent), .jump(.r2, equals: 0, 1),
      .move(.r7, lengthBesideTag),
    ]
    var attempts: [ExtendedInstruction] = []
    for fallback in Self.fallbacks.filter({ $0 > length }).reversed() {
      attempts = [.move(.r7, fallback)] + Self.attempt(toEnd: attempts.count) + attempts
    }
    code += Self.attempt(toEnd: attempts.count) + attempts
    return code + [.move(.r0, 0), .exit]
  }

  /// Cuts at `r7` and goes to the end where that is done or there is nothing to cut.
  ///
  /// - Parameter toEnd: how many instructions there are between this attempt and the end.
  private static func attempt(toEnd: Int) -> [ExtendedInstruction] {
    [
      .load(.r2, .r6, Field.length), .jump(.r2, atMost: .r7, Int16(toEnd + 5)), .move(.r1, .r6), .move(.r2, .r7),
      .move(.r3, 0), .call(changeTail), .jump(.r0, equals: 0, Int16(toEnd)),
    ]
  }

  /// What else to try: the ends of IPv4 and IPv6 headers and of the checksums of UDP and TCP behind them, and room for options.
  private static let fallbacks: [Int32] = [34, 42, 52, 54, 62, 72, 128, 256]
  /// Bytes of an Ethernet header and of an 802.1Q tag.
  private static let header: UInt16 = 14
  private static let tag: UInt16 = 4
  /// `BPF_FUNC_skb_change_tail`
  private static let changeTail: Int32 = 38

  /// Offsets in `struct __sk_buff`.
  private enum Field {
    static let length: Int16 = 0
    static let vlanPresent: Int16 = 20
  }
}
