import CMnl
import Glibc

/// A socket of the family `NETLINK_ROUTE`, bound to the network namespace that its thread was in when it was opened.
@safe
final class NetlinkSocket {
  /// Seconds to wait for an answer; the kernel answers while it handles the request, so this only ends a hang.
  private static let patience = 10
  /// Bytes of room for what the kernel has to say at once.
  private static let receiveRoom: Int32 = 4 << 20
  private static let sendRoom: Int32 = 1 << 20

  private let handle: OpaquePointer
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)
  private var nextSequence: UInt32 = 1
  /// Of the kernel's list of features, which is the same for all interfaces; see ``offloadsFilters(_:)``.
  var knownFilterOffloadBit: Int?
  /// The most bytes that one send may have.
  let sendLimit: Int
  /// How much of the receive buffer the answers to one send may take, in bytes.
  let answerLimit: Int
  /// Whether its namespace is one that goes with the program.
  let isScratch: Bool

  init(isScratch: Bool = false) throws(NetlinkFailure) {
    self.isScratch = isScratch
    guard let opened = unsafe mnl_socket_open2(NETLINK_ROUTE, Int32(SOCK_CLOEXEC.rawValue)) else {
      throw NetlinkFailure.last
    }
    unsafe handle = opened
    let descriptor = unsafe mnl_socket_get_fd(opened)
    if unsafe mnl_socket_bind(opened, 0, pid_t(MNL_SOCKET_AUTOPID)) != 0 {
      let failure = NetlinkFailure.last
      unsafe mnl_socket_close(opened)
      throw failure
    }
    // Kernels before 4.12 and 4.20 do not know all of these; the answers are then shorter.
    for option in [NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK] {
      SocketOption.set(descriptor, HeaderConstants.netlinkLevel, Int32(option), Int32(1))
    }
    SocketOption.set(descriptor, SOL_SOCKET, SO_RCVBUF, Self.receiveRoom)
    SocketOption.set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, Self.receiveRoom)
    SocketOption.set(descriptor, SOL_SOCKET, SO_SNDBUF, Self.sendRoom)
    SocketOption.set(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, Self.sendRoom)
    SocketOption.set(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: Self.patience, tv_usec: 0))
    SocketOption.set(descriptor, SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: Self.patience, tv_usec: 0))
    // netlink_sendmsg refuses more than SO_SNDBUF less 32.
    sendLimit = Int(SocketOption.get(descriptor, SOL_SOCKET, SO_SNDBUF) ?? 65_536) - 32
    answerLimit = Int(SocketOption.get(descriptor, SOL_SOCKET, SO_RCVBUF) ?? 65_536) / 2
  }

  deinit {
    unsafe mnl_socket_close(handle)
  }

  var descriptor: Int32 { unsafe mnl_socket_get_fd(handle) }

  /// The address that the kernel has given it (`nl_pid`).
  var port: UInt32 { unsafe mnl_socket_get_portid(handle) }

  /// A sequence number that no earlier message of this socket has.
  func takeSequence() -> UInt32 {
    defer { nextSequence = nextSequence == .max ? 1 : nextSequence + 1 }
    return nextSequence
  }

  /// Sends one datagram, which may hold several messages.
  func send(_ datagram: [UInt8]) throws(NetlinkFailure) {
    while true {
      let sent = unsafe datagram.withUnsafeBytes { unsafe mnl_socket_sendto(handle, $0.baseAddress, $0.count) }
      if sent == datagram.count { return }
      guard sent < 0, Glibc.errno == EINTR else { throw NetlinkFailure.last }
    }
  }

  /// Waits for one datagram of the kernel and splits it.
  func receive() throws(NetlinkFailure) -> [ReceivedMessage] {
    while true {
      let size = read(flags: Int32(MSG_TRUNC))
      if size < 0 {
        switch Glibc.errno {
        case EINTR: continue
        case EAGAIN: throw NetlinkFailure(errno: ETIMEDOUT, text: "the kernel did not answer")
        default: throw NetlinkFailure.last
        }
      }
      guard size <= buffer.count else {
        throw NetlinkFailure(errno: EMSGSIZE, text: "an answer of \(size) bytes is too long")
      }
      do throws(MalformedMessage) {
        return try ReceivedMessage.split(Array(buffer.prefix(size))[...])
      } catch {
        throw NetlinkFailure(error)
      }
    }
  }

  /// Throws away what an earlier request that failed half-way has left, a dump under way included.
  func drain() {
    var failures = 0
    while failures < 8 {
      if read(flags: Int32(MSG_TRUNC | MSG_DONTWAIT)) >= 0 { continue }
      if Glibc.errno == EAGAIN { return }
      failures += 1
    }
  }

  private func read(flags: Int32) -> Int {
    unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, flags) }
  }
}

/// Options of a socket, as values.
enum SocketOption {
  @discardableResult
  static func set<Value: BitwiseCopyable>(_ socket: Int32, _ level: Int32, _ name: Int32, _ value: Value) -> Bool {
    unsafe withUnsafeBytes(of: value) {
      unsafe setsockopt(socket, level, name, $0.baseAddress, socklen_t($0.count)) == 0
    }
  }

  static func get(_ socket: Int32, _ level: Int32, _ name: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return unsafe getsockopt(socket, level, name, &value, &size) == 0 ? value : nil
  }
}
