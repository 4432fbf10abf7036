import CMnl
import CNl
import Glibc
import TrafficControl

/// Requests that create a dummy device or a veth pair, composed by libnl-route.
///
/// libnl only composes; the messages go out by our own socket, so that the kernel's words are not lost in libnl's error codes.
enum LinkComposer {
  /// `ip link add NAME [mtu MTU] type dummy`
  static func dummy(_ name: String, mtu: UInt32?) throws(NetlinkFailure) -> MessageBuilder {
    guard let link = unsafe rtnl_link_alloc() else { throw NetlinkFailure(errno: ENOMEM) }
    defer { unsafe rtnl_link_put(link) }
    let status = unsafe rtnl_link_set_type(link, "dummy")
    guard status == 0 else { throw failure(status) }
    unsafe describe(link, name, mtu)
    return try unsafe compose(link)
  }

  /// `ip link add NAME [mtu MTU] type veth peer name PEER [mtu MTU]`
  static func veth(_ name: String, peer: String, mtu: UInt32?) throws(NetlinkFailure) -> MessageBuilder {
    guard let link = unsafe rtnl_link_veth_alloc() else { throw NetlinkFailure(errno: ENOMEM) }
    defer { unsafe rtnl_link_veth_release(link) }
    guard let other = unsafe rtnl_link_veth_get_peer(link) else { throw NetlinkFailure(errno: ENOMEM) }
    defer { unsafe rtnl_link_put(other) }
    unsafe describe(link, name, mtu)
    unsafe describe(other, peer, mtu)
    return try unsafe compose(link)
  }

  private static func describe(_ link: OpaquePointer, _ name: String, _ mtu: UInt32?) {
    unsafe rtnl_link_set_name(link, name)
    if let mtu { unsafe rtnl_link_set_mtu(link, mtu) }
  }

  private static func compose(_ link: OpaquePointer) throws(NetlinkFailure) -> MessageBuilder {
    var message: OpaquePointer?
    let status = unsafe rtnl_link_build_add_request(link, NLM_F_CREATE | NLM_F_EXCL, &message)
    guard status == 0, let message = unsafe message else { throw failure(status) }
    defer { unsafe nlmsg_free(message) }
    guard let header = unsafe nlmsg_hdr(message) else { throw NetlinkFailure(errno: ENOMEM) }
    unsafe header.pointee.nlmsg_flags |= UInt16(NLM_F_REQUEST)
    let length = unsafe Int(header.pointee.nlmsg_len)
    return MessageBuilder(composed: unsafe Array(UnsafeRawBufferPointer(start: header, count: length)))
  }

  private static func failure(_ status: Int32) -> NetlinkFailure {
    guard let text = unsafe nl_geterror(status) else { return NetlinkFailure(errno: ENOMEM) }
    return NetlinkFailure(errno: 0, text: "libnl: \(unsafe String(cString: text))")
  }
}
