import CMnl
import Glibc
import NetworkTypes

/// Requests about routes.
enum RouteRequest {
  /// `ip route get ADDRESS oif INTERFACE mark MARK`
  ///
  /// - Parameter interface: 0: none.
  static func find(_ address: IPAddress, by interface: UInt32 = 0, mark: UInt32 = 0) -> MessageBuilder {
    var header = rtmsg()
    if case .v4 = address { header.rtm_family = UInt8(AF_INET) } else { header.rtm_family = UInt8(AF_INET6) }
    header.rtm_dst_len = UInt8(address.octets.count * 8)
    var message = MessageBuilder(RTM_GETROUTE, header: header)
    message.put(RTA_DST.rawValue, bytes: address.octets)
    if interface != 0 { message.put(RTA_OIF.rawValue, interface) }
    if mark != 0 { message.put(RTA_MARK.rawValue, mark) }
    return message
  }

  /// What a route says, the interface by its index.
  struct Answer {
    var interface: UInt32
    var source: IPAddress?
    var mtu: UInt32?
  }

  /// Reads an `RTM_NEWROUTE` message; `nil`: the address cannot be reached.
  static func route(_ payload: ArraySlice<UInt8>) throws(MalformedMessage) -> Answer? {
    let header = try payload.header(rtmsg.self)
    let attributes = try Attributes(payload.dropping(rtmsg.self))
    let reachable = [Int(RTN_UNICAST), Int(RTN_LOCAL), Int(RTN_BROADCAST), Int(RTN_MULTICAST), Int(RTN_ANYCAST)]
    guard reachable.contains(Int(header.rtm_type)), let index = attributes.value(RTA_OIF.rawValue, UInt32.self) else {
      return nil
    }
    return Answer(
      interface: index, source: attributes[RTA_PREFSRC.rawValue].flatMap(IPAddress.init(octets:)),
      mtu: try attributes.nested(RTA_METRICS.rawValue).value(RTAX_MTU, UInt32.self))
  }
}
