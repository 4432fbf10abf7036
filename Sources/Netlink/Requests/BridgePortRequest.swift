import CMnl
import Glibc
import TrafficControl

/// Requests about bridge ports.
enum BridgePortRequest {
  /// `bridge link set dev PORT learning … flood … mcast_flood … bcast_flood …`, and `proxy_arp …` of ip(8)
  ///
  /// - Parameter forgetting: also forget the addresses that were learned from the port (`IFLA_BRPORT_FLUSH`).
  static func set(_ flags: BridgePortFlags, interface: UInt32, forgetting: Bool) -> MessageBuilder {
    var header = ifinfomsg()
    header.ifi_family = UInt8(AF_BRIDGE)
    header.ifi_index = Int32(bitPattern: interface)
    var message = MessageBuilder(RTM_SETLINK, header: header)
    message.nest(IFLA_PROTINFO) { port in
      for (type, flag) in BridgePortFlags.attributes { port.put(type, UInt8(flags.contains(flag) ? 1 : 0)) }
      if forgetting { port.put(IFLA_BRPORT_FLUSH, bytes: []) }
    }
    return message
  }
}
