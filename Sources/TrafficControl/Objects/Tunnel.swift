import NetworkTypes

/// A tunnel device that carries Ethernet frames: gretap, erspan, vxlan or geneve (`IFLA_INFO_DATA` of linux/if_tunnel.h and
/// linux/if_link.h).
///
/// Not listed because always the same: GRE over IPv4 sets `nopmtudisc ignore-df` (full-size copies are fragmented, no sender
/// hears of it), GRE over IPv6 `encaplimit none` (no destination option in the outer header); vxlan does not learn and has one
/// entry in its forwarding table, for all frames (bridge(8), `fdb`), and UDP has a checksum over IPv6 and none over IPv4 (RFC 7348,
/// RFC 8926).
public struct Tunnel: Hashable, Sendable {
  /// What stands between the outer IP header and the frame.
  public enum Header: Hashable, Sendable {
    /// GRE with protocol type 0x6558 and perhaps a key (RFC 2784, RFC 2890).
    case gretap(key: UInt32?)
    case erspan(ERSPANHeader)
    /// RFC 7348; the VNI has 24 bits, the port is the destination's. Where the device itself receives (`IFLA_VXLAN_PORT`) need not be
    /// the same port, for an entry of the forwarding table has a destination port of its own (`NDA_PORT`).
    case vxlan(vni: UInt32, port: UInt16, listening: UInt16)
    /// RFC 8926; the VNI has 24 bits, the port is the destination's and where the device receives (geneve_xmit_skb,
    /// drivers/net/geneve.c).
    case geneve(vni: UInt32, port: UInt16)
  }

  public var header: Header
  public var remote: IPAddress
  public var local: IPAddress?
  /// TTL or hop limit of the outer header, 1...255.
  public var ttl: UInt8
  /// TOS or traffic class of the outer header.
  public var tos: UInt8
  /// The underlay interface (`IFLA_GRE_LINK`; of vxlan `NDA_IFINDEX` or `IFLA_VXLAN_LINK`); geneve has none.
  public var underlay: String?

  public init(
    _ header: Header, remote: IPAddress, local: IPAddress? = nil, ttl: UInt8 = 64, tos: UInt8 = 0,
    underlay: String? = nil
  ) {
    self.header = header
    self.remote = remote
    self.local = local
    self.ttl = ttl
    self.tos = tos
    self.underlay = underlay
  }
}

/// The fields of an ERSPAN header (draft-foschiano-erspan-03).
public enum ERSPANHeader: Hashable, Sendable {
  /// `IFLA_GRE_ERSPAN_DIR`: 0 or 1.
  public enum Direction: UInt8, Hashable, Sendable { case ingress, egress }

  /// `erspan_ver 0`: GRE with protocol type 0x88be and nothing else.
  case typeI
  /// `erspan_ver 1`; the session has 10 bits, the index 20.
  case typeII(session: UInt16, index: UInt32)
  /// `erspan_ver 2`; the session has 10 bits, the hardware ID 6.
  case typeIII(session: UInt16, direction: Direction, hardwareID: UInt8)

  /// `IFLA_GRE_ERSPAN_VER`
  public var version: UInt8 {
    switch self {
    case .typeI: 0
    case .typeII: 1
    case .typeIII: 2
    }
  }

  /// The session, which the kernel takes for the GRE key.
  public var session: UInt16? {
    switch self {
    case .typeI: nil
    case .typeII(let session, _), .typeIII(let session, _, _): session
    }
  }
}

extension Tunnel {
  /// Whether the outer packets are IPv4.
  public var isV4: Bool { if case .v4 = remote { true } else { false } }

  /// `IFLA_INFO_KIND`
  public var linkKind: String {
    switch header {
    case .gretap: isV4 ? "gretap" : "ip6gretap"
    case .erspan: isV4 ? "erspan" : "ip6erspan"
    case .vxlan: "vxlan"
    case .geneve: "geneve"
    }
  }

  /// `IFLA_GRE_OKEY`; `nil`: no key, or no GRE.
  public var key: UInt32? {
    switch header {
    case .gretap(let key): key
    case .erspan(let header): header.session.map(UInt32.init)
    case .vxlan, .geneve: nil
    }
  }

  /// Bytes that an outer packet has more than the frame in it: the outer IP header and what follows it.
  public var overhead: UInt32 {
    let inner: UInt32 =
      switch header {
      case .gretap(let key): key == nil ? 4 : 8
      case .erspan(.typeI): 4
      case .erspan(.typeII): 16
      case .erspan(.typeIII): 20
      case .vxlan, .geneve: 16
      }
    return (isV4 ? 20 : 40) + inner
  }

  /// What the kernel tells tunnels of one kind by: it takes no two that are equal in it.
  public struct Identity: Hashable, Sendable {
    public var kind: String
    /// vxlan is told by the address family only.
    public var remote: IPAddress?
    public var local: IPAddress?
    /// The key or the VNI.
    public var number: UInt32?
    /// UDP only: where the device receives.
    public var port: UInt16?
    public var underlay: String?
  }

  /// Source: ip_tunnel_find (net/ipv4/ip_tunnel.c), ip6gre_tunnel_find (net/ipv6/ip6_gre.c), vxlan_vni_in_use
  /// (drivers/net/vxlan/vxlan_core.c), geneve_find_dev (drivers/net/geneve.c).
  public var identity: Identity {
    switch header {
    case .gretap, .erspan:
      Identity(kind: linkKind, remote: remote, local: local, number: key, underlay: underlay)
    case .vxlan(let vni, _, let listening):
      Identity(kind: isV4 ? "vxlan" : "vxlan over IPv6", number: vni, port: listening)
    case .geneve(let vni, let port): Identity(kind: linkKind, remote: remote, number: vni, port: port)
    }
  }

  /// Whether the kernel makes the one of the other without a new device.
  public func isChangeable(to new: Tunnel) -> Bool {
    guard linkKind == new.linkKind, isV4 == new.isV4 else { return false }
    return switch header {
    case .gretap, .erspan: true
    case .vxlan, .geneve: identity == new.identity
    }
  }
}
