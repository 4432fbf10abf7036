import CMnl
import NetworkTypes
import TrafficControl

/// An interface as one `RTM_NEWLINK` message describes it, other interfaces by their indexes.
///
/// Links are read by libmnl and not through libnl's caches because those leave out alternative names, the bridge port flags
/// for broadcast and half of what a gretap device has.
struct LinkRecord {
  var index: UInt32
  var name: String
  var alternativeNames: [String]
  var kind: String?
  var alias: String?
  var hardwareType: UInt16
  /// `IFF_*` of linux/if.h.
  var flags: UInt32
  var hasCarrier: Bool
  /// `IFLA_PHYS_SWITCH_ID` is there.
  var isSwitchPort: Bool
  var mtu: UInt32
  /// 0: none.
  var master: UInt32
  /// `IFLA_LINK`; 0: none.
  var link: UInt32
  /// `IFLA_LINK` counts in another network namespace.
  var isLinkElsewhere: Bool
  var awareness: Bridge.VLANAwareness?
  var multicastSnooping: Bridge.MulticastSnooping = .on
  var vlanProtocol = EtherType.dot1Q
  var bridgePort: BridgePort?
  /// `IFLA_XDP_PROG_ID`
  var xdpProgram: UInt32?
  /// `IFLA_INFO_DATA`
  var data: Attributes

  /// Reads the payload of an `RTM_NEWLINK` message.
  init(_ payload: ArraySlice<UInt8>) throws(MalformedMessage) {
    let header = try payload.header(ifinfomsg.self)
    let attributes = try Attributes(payload.dropping(ifinfomsg.self))
    let information = try attributes.nested(IFLA_LINKINFO)
    guard let name = attributes.text(IFLA_IFNAME), header.ifi_index > 0 else { throw MalformedMessage("IFLA_IFNAME") }
    self.name = name
    index = UInt32(header.ifi_index)
    alternativeNames = try attributes.nested(IFLA_PROP_LIST).filter { $0.type == IFLA_ALT_IFNAME }.map(\.payload.text)
    kind = information.text(IFLA_INFO_KIND)
    alias = attributes.text(IFLA_IFALIAS)
    hardwareType = header.ifi_type
    flags = header.ifi_flags
    hasCarrier = attributes.value(IFLA_CARRIER, UInt8.self) != 0
    isSwitchPort = attributes[IFLA_PHYS_SWITCH_ID] != nil
    mtu = attributes.value(IFLA_MTU, UInt32.self) ?? 0
    master = attributes.value(IFLA_MASTER, UInt32.self) ?? 0
    link = attributes.value(IFLA_LINK, UInt32.self) ?? 0
    isLinkElsewhere = attributes[IFLA_LINK_NETNSID] != nil
    xdpProgram = try attributes.nested(IFLA_XDP).value(IFLA_XDP_PROG_ID, UInt32.self)
    data = try information.nested(IFLA_INFO_DATA)
    if kind == "bridge" {
      awareness = data.value(IFLA_BR_VLAN_FILTERING, UInt8.self) == 1 ? .aware : .unaware
      if data.value(IFLA_BR_MCAST_SNOOPING, UInt8.self) == 0 { multicastSnooping = .off }
      let type = data.value(IFLA_BR_VLAN_PROTOCOL, UInt16.self)
      vlanProtocol = type.map { EtherType(rawValue: $0.bigEndian) } ?? .dot1Q
    }
    if information.text(IFLA_INFO_SLAVE_KIND) == "bridge" {
      bridgePort = BridgePort(try information.nested(IFLA_INFO_SLAVE_DATA))
    }
  }
}

extension LinkRecord {
  /// See ``Interface/reachesSiblings``.
  var reachesSiblings: Bool {
    switch kind {
    case "macvlan", "macvtap": data.value(IFLA_MACVLAN_MODE, UInt32.self) == UInt32(MACVLAN_MODE_BRIDGE.rawValue)
    case "ipvlan", "ipvtap": (data.value(IFLA_IPVLAN_FLAGS, UInt16.self) ?? 0) == 0
    default: false
    }
  }
}

extension BridgePort {
  /// Reads `IFLA_BRPORT_*`; what the kernel does not mention keeps its default.
  fileprivate init(_ attributes: Attributes) {
    self.init()
    state = attributes.value(IFLA_BRPORT_STATE, UInt8.self).flatMap(State.init(rawValue:)) ?? .forwarding
    isIsolated = attributes.value(IFLA_BRPORT_ISOLATED, UInt8.self) == 1
    answersForNeighbors = [IFLA_BRPORT_PROXYARP_WIFI, IFLA_BRPORT_NEIGH_SUPPRESS].contains {
      attributes.value($0, UInt8.self) == 1
    }
    for (type, flag) in BridgePortFlags.attributes {
      guard let value = attributes.value(type, UInt8.self) else { continue }
      if value == 0 { flags.remove(flag) } else { flags.insert(flag) }
    }
  }
}

extension BridgePortFlags {
  /// Every flag and its attribute.
  static let attributes: [(type: Int, flag: BridgePortFlags)] = [
    (IFLA_BRPORT_LEARNING, .learning), (IFLA_BRPORT_UNICAST_FLOOD, .unicastFlood),
    (IFLA_BRPORT_MCAST_FLOOD, .multicastFlood), (IFLA_BRPORT_BCAST_FLOOD, .broadcastFlood),
    (IFLA_BRPORT_PROXYARP, .proxyARP),
  ]
}
