/// A device that a mirror creates and owns; its alias (`IFLA_IFALIAS`) is the mark.
///
/// Every such device, as it is wanted, is up and says nothing by itself: no ARP, no multicast, no IPv6 address of its own.
public struct Device: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// A stage: copies are rewritten on its egress hook, what is left over vanishes.
    case dummy
    /// A hop: what is sent to the device is received by the peer, without route, time stamp and connection state.
    case veth(peer: String)
    case tunnel(Tunnel)
  }

  public var name: String
  public var kind: Kind
  /// Bytes; `nil`: the kernel's default.
  public var mtu: UInt32?
  /// `mirrorctl:PROFILE/MIRROR`; empty for a device that was created and is not finished, see ``isUnfinished``.
  public var alias: String
  public var offload: Offload
  /// Down only where somebody has set it so: it then takes no copies.
  public var state = State.up

  /// `IFF_UP` of linux/if.h; a veth pair is up where both ends are.
  public enum State: String, Hashable, Sendable { case up, down }

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

  /// Whether the devices differ in nothing but their state.
  public func hasSettings(of other: Device) -> Bool {
    var same = other
    same.state = state
    return same == self
  }

  /// Whether a program was killed before it had marked the device. What else it lacks nobody knows, so it is made anew.
  public var isUnfinished: Bool { alias.isEmpty }

  /// What the alias of every device of ours starts with.
  public static let aliasPrefix = "mirrorctl:"

  /// The peer of a veth pair.
  public var peer: String? {
    if case .veth(let peer) = kind { peer } else { nil }
  }
}
