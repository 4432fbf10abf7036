import NetworkTypes

/// A network interface as the kernel describes it.
public struct Interface: Hashable, Sendable {
  public enum ClassifierQdisc: String, Hashable, Sendable {
    case none
    case clsact
    /// The older `ingress` qdisc: it has no egress hook and excludes clsact.
    case ingress
  }

  /// Where `IFLA_LINK` points: the lower device of a VLAN or tunnel, the peer of a veth.
  public enum Link: Hashable, Sendable {
    case none
    case here(String)
    case otherNamespace
  }

  public var index: UInt32
  public var name: String
  public var alternativeNames: [String] = []
  /// `IFLA_INFO_KIND`, for instance `bridge` or `veth`; `nil` for hardware.
  public var kind: String?
  public var alias: String?
  /// `ARPHRD_*` of linux/if_arp.h; 1 is Ethernet.
  public var hardwareType: UInt16 = 1

  /// What a frame starts with at the interface's hooks.
  public enum LinkHeader: Hashable, Sendable {
    case ethernet
    /// The IP header.
    case none
  }

  /// Whether virtual machines and containers are connected by such interfaces: TAP devices, veth pairs and macvtap.
  public var isOfGuest: Bool { kind.map(["tun", "veth", "macvtap"].contains) ?? false }

  /// `nil` where it is neither.
  public var linkHeader: LinkHeader? {
    switch hardwareType {
    // ARPHRD_ETHER, ARPHRD_LOOPBACK
    case 1, 772: .ethernet
    // ARPHRD_PPP, _RAWIP, _TUNNEL, _TUNNEL6, _SIT, _IPGRE, _IP6GRE, _NONE
    case 512, 519, 768, 769, 776, 778, 823, 65534: LinkHeader.none
    default: nil
    }
  }
  public var master: String?
  public var link: Link = .none
  /// Whether it is a port of a switch in hardware (`IFLA_PHYS_SWITCH_ID`): DSA, or an adapter in the mode switchdev.
  public var isSwitchPort = false
  public var isUp = true
  public var hasCarrier = true
  public var mtu: UInt32 = 1500
  public var classifierQdisc: ClassifierQdisc = .none
  /// Hooks whose filters are those of a block that other interfaces may share (`ingress_block`, `egress_block` of tc(8)), with
  /// the number of the block: there the kernel takes no filter for the interface alone.
  public var sharedBlocks: [Hook: UInt32] = [:]
  /// Whether its hardware may run filters (`hw-tc-offload` of ethtool(8)).
  public var filterOffload = Device.Offload.off
  /// The kinds of the qdiscs that it sends through, for instance `fq`.
  public var queues: Set<String> = []
  /// Set for a bridge.
  public var bridge: Bridge?
  /// Set for a member of a bridge.
  public var bridgePort: BridgePort?
  /// Set for a tunnel device for Ethernet frames with one remote end, whoever made it.
  public var tunnel: Tunnel?
  /// Set for other devices that send packets inside packets.
  public var encapsulation: Encapsulation?
  /// Set for vxlan and geneve devices.
  public var receivingPort: ReceivingPort?
  /// Whether what it sends can be received by its lower device and by others on it: macvlan and macvtap of mode bridge, ipvlan but
  /// for its modes private and vepa.
  public var reachesSiblings = false
  /// The number of the XDP program that gets its frames before any hook (`IFLA_XDP_PROG_ID`).
  public var xdpProgram: UInt32?

  public init(index: UInt32, name: String) {
    self.index = index
    self.name = name
  }
}

/// The UDP port that a vxlan or geneve device receives at; while the device is up, the port is taken for everybody else.
public struct ReceivingPort: Hashable, Sendable {
  public var number: UInt16
  /// Whether devices of the same kind with another VNI and the usual options can receive there too. They cannot with one that takes
  /// every VNI (`external`), nor with a vxlan device that reads other headers or checksums (`VXLAN_F_RCV_FLAGS` of net/vxlan.h).
  public var isShared: Bool

  public init(_ number: UInt16, isShared: Bool) {
    self.number = number
    self.isShared = isShared
  }
}

/// What a bridge device adds to an interface.
public struct Bridge: Hashable, Sendable {
  /// `IFLA_BR_VLAN_FILTERING`.
  public enum VLANAwareness: String, Hashable, Sendable { case aware, unaware }

  public var awareness: VLANAwareness
  /// `IFLA_BR_MCAST_SNOOPING`: whether frames to a multicast group may go to some ports only.
  public enum MulticastSnooping: String, Hashable, Sendable { case on, off }

  public var multicastSnooping: MulticastSnooping = .on
  /// `IFLA_BR_VLAN_PROTOCOL`: the type of the tags that show VLANs. To a VLAN-aware bridge a frame with another tag is untagged.
  public var vlanProtocol = EtherType.dot1Q
  /// The membership of the bridge device itself (`bridge vlan add … self`).
  public var membership: VLANMembership

  public init(_ awareness: VLANAwareness = .unaware, membership: VLANMembership = VLANMembership()) {
    self.awareness = awareness
    self.membership = membership
  }

  /// The type of the tags that it puts on and takes off; one that is not VLAN-aware has no use for its `vlan_protocol`.
  public var tagProtocol: EtherType { awareness == .aware ? vlanProtocol : .dot1Q }
}

/// What a bridge member adds to an interface.
public struct BridgePort: Hashable, Sendable {
  /// `BR_STATE_*` of linux/if_bridge.h: only forwarding ports send and receive frames.
  public enum State: UInt8, Hashable, Sendable { case disabled, listening, learning, forwarding, blocking }

  public var flags = BridgePortFlags.usual
  public var state: State = .forwarding
  /// `IFLA_BRPORT_ISOLATED`: isolated ports send nothing to each other.
  public var isIsolated = false
  /// The bridge answers neighbour requests instead of flooding them to the port (`IFLA_BRPORT_PROXYARP_WIFI`,
  /// `IFLA_BRPORT_NEIGH_SUPPRESS`).
  public var answersForNeighbors = false
  public var membership = VLANMembership()

  public init() {}
}

/// The VLANs of a bridge port (`IFLA_BRIDGE_VLAN_INFO`); empty where the bridge is not VLAN-aware.
public struct VLANMembership: Hashable, Sendable {
  /// The VLAN of untagged frames that enter (`BRIDGE_VLAN_INFO_PVID`).
  public var pvid: UInt16?
  /// VLANs that leave untagged (`BRIDGE_VLAN_INFO_UNTAGGED`).
  public var untagged: VLANSet = .empty
  /// VLANs that leave with their tag.
  public var tagged: VLANSet = .empty

  public init(pvid: UInt16? = nil, untagged: VLANSet = .empty, tagged: VLANSet = .empty) {
    self.pvid = pvid
    self.untagged = untagged
    self.tagged = tagged
  }

  /// All VLANs that may pass the port.
  public var all: VLANSet { untagged.union(tagged) }
}
