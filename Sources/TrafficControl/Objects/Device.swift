import NetworkTypes

/// A device that a mirror creates and owns; its alias (`IFLA_IFALIAS`) is the mark.
///
/// Every such device is up and says nothing by itself: no ARP, no multicast, no IPv6 address of its own.
public struct Device: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// A stage: copies are rewritten on its egress hook, what is left over vanishes.
    case dummy
    /// A hop: what is sent to the device is received by the peer, without route, time stamp and connection state.
    case veth(peer: String)
    /// gretap, or ip6gretap where the remote end is an IPv6 address.
    case gretap(GRETunnel)
  }

  public var name: String
  public var kind: Kind
  /// Bytes; `nil`: the kernel's default.
  public var mtu: UInt32?
  /// `mirrorctl:PROFILE/MIRROR`.
  public var alias: String
  public var offload: Offload

  /// What the device can be given to send (`NETIF_F_CSUM_MASK` of linux/netdev_features.h; `ethtool -K NAME tx …`).
  public enum Offload: String, Hashable, Sendable {
    /// What a device has that is new: super-frames and checksums that are still to be computed pass as they are.
    case on
    /// For a veth pair only: the kernel cuts super-frames up and computes checksums before the device sends them, so that the peer
    /// receives frames as they would be on a wire.
    case off
  }

  public init(name: String, kind: Kind, mtu: UInt32? = nil, alias: String, offload: Offload = .on) {
    self.name = name
    self.kind = kind
    self.mtu = mtu
    self.alias = alias
    self.offload = offload
  }

  /// What the alias of every device of ours starts with.
  public static let aliasPrefix = "mirrorctl:"

  /// The peer of a veth pair.
  public var peer: String? {
    if case .veth(let peer) = kind { peer } else { nil }
  }
}

/// The attributes of a gretap or ip6gretap device (`IFLA_GRE_*`).
///
/// Not listed because always the same: IPv4 sets `nopmtudisc ignore-df` (full-size copies are fragmented, no sender hears of
/// it), IPv6 sets `encaplimit none` (no destination option in the outer header).
public struct GRETunnel: Hashable, Sendable {
  public var remote: IPAddress
  public var local: IPAddress?
  public var key: UInt32?
  /// TTL or hop limit of the outer header, 1...255.
  public var ttl: UInt8
  /// TOS or traffic class of the outer header.
  public var tos: UInt8
  /// The underlay interface (`IFLA_GRE_LINK`).
  public var underlay: String?

  public init(
    remote: IPAddress, local: IPAddress? = nil, key: UInt32? = nil, ttl: UInt8 = 64, tos: UInt8 = 0,
    underlay: String? = nil
  ) {
    self.remote = remote
    self.local = local
    self.key = key
    self.ttl = ttl
    self.tos = tos
    self.underlay = underlay
  }
}
