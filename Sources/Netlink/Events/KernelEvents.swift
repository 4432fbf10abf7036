import CMnl
import Glibc
import TrafficControl

/// The notifications of rtnetlink(7), of which only "look again" is kept.
@safe
final class KernelEvents {
  /// Bytes of room: some ten thousand events.
  static let usualRoom: Int32 = 8 << 20
  /// Datagrams that are read at once; what is left keeps the socket readable.
  private static let burst = 16_384

  private let handle: OpaquePointer
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var neighbours = NeighbourTable()
  private var interest = EventWatch.Interest.links
  /// What has changed since it was asked for.
  private var places = ChangedPlaces.interfaces([])

  /// - Parameters:
  ///   - port: whose requests are no news; 0: nobody's.
  ///   - receiveRoom: bytes, which the kernel doubles.
  init(ignoring port: UInt32, receiveRoom: Int32) throws(NetlinkFailure) {
    let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    guard let opened = unsafe mnl_socket_open2(NETLINK_ROUTE, flags) else { throw .last }
    unsafe handle = opened
    if !SocketOption.set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, receiveRoom) {
      SocketOption.set(descriptor, SOL_SOCKET, SO_RCVBUF, receiveRoom)
    }
    try NotificationFilter.attach(to: descriptor, ignoring: port)
    guard unsafe mnl_socket_bind(handle, 0, pid_t(MNL_SOCKET_AUTOPID)) == 0 else { throw .last }
    for group in [RTNLGRP_LINK, RTNLGRP_TC] { try setMembership(NETLINK_ADD_MEMBERSHIP, group) }
    // Linux before 5.6 has no such group, and tells of VLANs as of links.
    try? setMembership(NETLINK_ADD_MEMBERSHIP, RTNLGRP_BRVLAN)
  }

  deinit { unsafe mnl_socket_close(handle) }

  var descriptor: Int32 { unsafe mnl_socket_get_fd(handle) }

  func setInterest(_ new: EventWatch.Interest) throws(NetlinkFailure) {
    guard new != interest else { return }
    let groups = [
      RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
    ]
    let option = new == .linksAndRoutes ? NETLINK_ADD_MEMBERSHIP : NETLINK_DROP_MEMBERSHIP
    for group in groups { try setMembership(option, group) }
    neighbours = NeighbourTable()
    interest = new
  }

  /// Reads what has come, without waiting.
  func takePending() throws(NetlinkFailure) -> Occasions.Kernel {
    var news = Occasions.Kernel.unchanged
    for _ in 0..<Self.burst {
      let size = unsafe buffer.withUnsafeMutableBytes { room in
        unsafe recv(descriptor, room.baseAddress, room.count, Int32(MSG_TRUNC | MSG_DONTWAIT))
      }
      if size >= 0 {
        news = max(news, size <= buffer.count ? read(buffer.prefix(size)) : .lost)
        if news == .lost { places = .everywhere }
        continue
      }
      switch Glibc.errno {
      case EAGAIN: return news
      case EINTR: continue
      case ENOBUFS:
        neighbours = NeighbourTable()
        news = .lost
        places = .everywhere
      default: throw .last
      }
    }
    return news
  }

  /// Where that was what has been read since the last call.
  func takePlaces() -> ChangedPlaces {
    defer { places = .interfaces([]) }
    return places
  }

  /// What a datagram tells.
  func read(_ datagram: ArraySlice<UInt8>) -> Occasions.Kernel {
    guard !datagram.isEmpty, let messages = try? ReceivedMessage.split(datagram) else { return .lost }
    return messages.map(news).max() ?? .unchanged
  }

  private func news(_ message: ReceivedMessage) -> Occasions.Kernel {
    switch message.type {
    case Int(NLMSG_NOOP), Int(NLMSG_DONE): return .unchanged
    case Int(NLMSG_ERROR), Int(NLMSG_OVERRUN): return .lost
    case Int(RTM_NEWNEIGH), Int(RTM_DELNEIGH):
      // A forwarding entry matters to the device that has it, a neighbour to the packets that any route leads to it.
      if message.payload.first == UInt8(AF_BRIDGE) {
        places.merge(ChangedPlaces(message))
        return .changed
      }
      guard let isNews = try? neighbours.note(message) else { return .lost }
      if isNews { places = .everywhere }
      return isNews ? .changed : .unchanged
    default:
      places.merge(ChangedPlaces(message))
      return .changed
    }
  }

  private func setMembership(_ option: some BinaryInteger, _ group: rtnetlink_groups) throws(NetlinkFailure) {
    guard SocketOption.set(descriptor, HeaderConstants.netlinkLevel, Int32(option), group.rawValue) else { throw .last }
  }
}
