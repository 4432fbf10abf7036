import CMnl
import NetworkTypes
import TrafficControl

extension Encapsulation {
  /// Reads what a link's kind says; `nil` for one that sends frames as they are, or is a ``Tunnel``.
  ///
  /// A tun device counts whether it carries packets or frames: the program behind it may send both by other interfaces.
  init?(_ link: LinkRecord) {
    switch link.kind {
    case "tun", "wireguard", "ovpn": self = .otherPackets
    case "ppp": self = PPPoESessions.exist ? .headers(remote: nil) : .otherPackets
    case "ipip", "ip6tnl", "sit": self = .headers(remote: link.data.address(IFLA_IPTUN_REMOTE))
    case "gre", "ip6gre": self = .headers(remote: link.data.address(IFLA_GRE_REMOTE))
    case "vti", "vti6": self = .headers(remote: link.data.address(IFLA_VTI_REMOTE))
    case "gretap", "ip6gretap", "erspan", "ip6erspan", "vxlan", "geneve", "xfrm", "gtp", "bareudp", "amt":
      self = .headers(remote: nil)
    default: return nil
    }
  }
}

extension Attributes {
  /// An address that is not all zeros.
  fileprivate func address(_ type: Int) -> IPAddress? {
    self[type].flatMap { $0.contains { $0 != 0 } ? IPAddress(octets: $0) : nil }
  }
}
