/// A firewall mark (`skb->mark`) and the bits of it that count, as `ip rule add fwmark VALUE/MASK` has them.
public struct PacketMark: Hashable, Sendable, CustomStringConvertible {
  /// Not 0, and within the mask.
  public let value: UInt32
  public let mask: UInt32

  /// - Returns: `nil` for a value that is 0 or has bits beside the mask.
  public init?(_ value: UInt32, mask: UInt32 = .max) {
    guard value != 0, value & ~mask == 0 else { return nil }
    (self.value, self.mask) = (value, mask)
  }

  private init() { (value, mask) = (0x0d00_0000, 0xff00_0000) }

  /// What copies bear on their way through a tunnel unless a profile says otherwise: bits that common users of marks leave alone
  /// (Kubernetes 0xc000, Tailscale 0xff0000, Cilium 0xf00 and identities above, mwan3 0x3f00).
  public static let usual = PacketMark()

  /// Reads `VALUE` or `VALUE/MASK`, each decimal or, after `0x`, hexadecimal.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(Self.number)
    guard let value = parts[0], let mask = parts.count == 1 ? UInt32.max : parts[1] else { return nil }
    self.init(value, mask: mask)
  }

  private static func number(_ text: Substring) -> UInt32? {
    guard text.first?.isASCII == true, text.first?.isNumber == true else { return nil }
    return text.hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
  }

  public var description: String {
    "0x\(String(value, radix: 16))" + (mask == .max ? "" : "/0x\(String(mask, radix: 16))")
  }
}
