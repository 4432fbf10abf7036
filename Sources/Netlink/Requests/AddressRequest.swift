import CMnl
import Glibc

/// Requests about the addresses of interfaces.
enum AddressRequest {
  /// `ip address show`
  static func dump() -> MessageBuilder { MessageBuilder(RTM_GETADDR, header: ifaddrmsg()) }

  /// Reads an `RTM_NEWADDR` message.
  ///
  /// - Returns: the interface; `nil` for an address that is good for its link or this host only.
  static func interface(_ payload: ArraySlice<UInt8>) throws(MalformedMessage) -> UInt32? {
    let header = try payload.header(ifaddrmsg.self)
    return UInt32(header.ifa_scope) < RT_SCOPE_LINK.rawValue ? header.ifa_index : nil
  }
}
