import CMnl
import Glibc
import TrafficControl

/// Requests about interfaces of any kind.
enum LinkRequest {
  /// Asks for all interfaces, without their counters.
  static func dump() -> MessageBuilder {
    var message = MessageBuilder(RTM_GETLINK, header: ifinfomsg())
    message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
    return message
  }

  /// Asks for the VLANs of all bridge ports and bridges, runs of VLANs as two entries.
  static func dumpVLANs() -> MessageBuilder {
    var header = ifinfomsg()
    header.ifi_family = UInt8(AF_BRIDGE)
    var message = MessageBuilder(RTM_GETLINK, header: header)
    message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_BRVLAN_COMPRESSED))
    return message
  }

  /// Asks for one interface.
  static func find(_ name: String) -> MessageBuilder {
    var message = MessageBuilder(RTM_GETLINK, header: ifinfomsg())
    message.put(IFLA_IFNAME, text: name)
    message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
    return message
  }

  /// Asks for one interface by its index.
  static func find(_ interface: UInt32) -> MessageBuilder {
    var message = MessageBuilder(RTM_GETLINK, header: header(interface))
    message.put(IFLA_EXT_MASK, UInt32(RTEXT_FILTER_SKIP_STATS))
    return message
  }

  /// `ip link del`
  static func remove(interface: UInt32) -> MessageBuilder {
    MessageBuilder(RTM_DELLINK, header: header(interface))
  }

  /// `ip link set … alias ALIAS mtu MTU`
  static func describe(interface: UInt32, alias: String, mtu: UInt32?) -> MessageBuilder {
    var message = MessageBuilder(RTM_NEWLINK, header: header(interface))
    message.put(IFLA_IFALIAS, bytes: Array(alias.utf8))
    if let mtu { message.put(IFLA_MTU, mtu) }
    return message
  }

  /// `ip link set … alias ALIAS addrgenmode none arp off multicast off`: an interface that says nothing by itself.
  ///
  /// - Parameter generation: whether to speak of IPv6 addresses, which a kernel without IPv6 refuses.
  static func quiet(interface: UInt32, alias: String, addressGeneration: Bool) -> MessageBuilder {
    var header = header(interface)
    header.ifi_flags = UInt32(IFF_NOARP)
    header.ifi_change = UInt32(IFF_NOARP | IFF_MULTICAST)
    var message = MessageBuilder(RTM_NEWLINK, header: header)
    message.put(IFLA_IFALIAS, bytes: Array(alias.utf8))
    guard addressGeneration else { return message }
    message.nest(IFLA_AF_SPEC) { families in
      families.nest(AF_INET6) { $0.put(IFLA_INET6_ADDR_GEN_MODE, UInt8(IN6_ADDR_GEN_MODE_NONE.rawValue)) }
    }
    return message
  }

  /// `ip link set … up`, `… down`
  static func set(_ state: Device.State, interface: UInt32) -> MessageBuilder {
    var header = header(interface)
    header.ifi_flags = state == .up ? UInt32(IFF_UP) : 0
    header.ifi_change = UInt32(IFF_UP)
    return MessageBuilder(RTM_NEWLINK, header: header)
  }

  private static func header(_ interface: UInt32) -> ifinfomsg {
    var header = ifinfomsg()
    header.ifi_index = Int32(bitPattern: interface)
    return header
  }
}
