/// An EtherType (linux/if_ether.h), in host byte order.
public struct EtherType: RawRepresentable, Hashable, Sendable {
  public var rawValue: UInt16

  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// `ETH_P_ALL`, for filters: every frame.
  public static let all = EtherType(rawValue: 0x0003)
  public static let ipv4 = EtherType(rawValue: 0x0800)
  public static let ipv6 = EtherType(rawValue: 0x86dd)
  /// The customer tag of IEEE 802.1Q.
  public static let dot1Q = EtherType(rawValue: 0x8100)
  /// The service tag of IEEE 802.1ad.
  public static let dot1AD = EtherType(rawValue: 0x88a8)
}

extension EtherType: CustomStringConvertible {
  /// As `tc` and `ip` write it.
  public var description: String {
    switch self {
    case .all: "all"
    case .ipv4: "ip"
    case .ipv6: "ipv6"
    case .dot1Q: "802.1Q"
    case .dot1AD: "802.1ad"
    default: "0x" + String(rawValue, radix: 16)
    }
  }
}
