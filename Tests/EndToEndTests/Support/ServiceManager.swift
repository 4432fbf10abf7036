import CLinux
import Glibc

/// Hears what a service tells its manager (sd_notify(3)), by a socket in the service's network namespace.
final class ServiceManager {
  /// For `NOTIFY_SOCKET`.
  let address: String
  /// What has been heard, a datagram each.
  private(set) var messages: [String] = []
  private let socket: FileDescriptor
  /// As long as systemd's (`NOTIFY_BUFFER_MAX` in src/core/manager.c); it ignores what is longer.
  private var buffer = [UInt8](repeating: 0, count: 4096)

  init(in namespace: NetworkNamespace) throws {
    let name = "mirrorctl-test-\(getpid())-\(Counter.next())"
    address = "@" + name
    // A service waits for a manager whose queue is full.
    try namespace.setParameter("unix/max_dgram_qlen", to: "100000")
    socket = try namespace.enter {
      let socket = try FileDescriptor("socket", Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | closedOnExec, 0))
      try Self.bind(socket.number, to: [0] + Array(name.utf8))
      return socket
    }
  }

  private static func bind(_ number: Int32, to name: [UInt8]) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    try unsafe withUnsafePointer(to: &address) { pointer in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = try checked("bind", unsafe Glibc.bind(number, pointer, socklen_t(2 + name.count)))
      }
    }
  }

  /// Takes what has come, and where nothing has waits for something, or for the end of who is to tell it.
  /// - Returns: whether something came.
  @discardableResult
  func hear(until deadline: Deadline, orEndOf process: RunningCommand? = nil) throws -> Bool {
    let before = messages.count
    // A negative number is passed over by poll(2), and the end of a program is always looked for.
    var watched = [
      pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0),
      pollfd(fd: process?.endDescriptor ?? -1, events: 0, revents: 0),
    ]
    let ready = unsafe poll(&watched, nfds_t(watched.count), deadline.milliseconds)
    if ready < 0 && errno == EINTR { return false }
    try checked("poll", ready)
    let number = socket.number
    while true {
      let count = unsafe recv(number, &buffer, buffer.count, Int32(MSG_DONTWAIT | MSG_TRUNC))
      guard count > 0 else { return messages.count > before }
      if count <= buffer.count { messages.append(String(decoding: buffer.prefix(count), as: UTF8.self)) }
    }
  }
}
