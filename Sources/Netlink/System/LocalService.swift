import CMnl
import Glibc

/// Asks a program on this machine a question through its Unix socket (unix(7)).
public enum LocalService {
  /// Why there is no answer.
  public struct Failure: Error, Hashable, Sendable {
    public enum Cause: Hashable, Sendable {
      /// Nobody listens at the path, or there is nothing.
      case absent
      case notPermitted
      case other
    }

    public var cause: Cause
    public var path: String
    /// In the system's words where it has some.
    public var text: String
  }

  /// Sends a request and hands over what comes back, part by part, until the answer is whole.
  ///
  /// - Parameters:
  ///   - path: the socket's, at most 107 bytes.
  ///   - patience: seconds for all of it.
  ///   - limit: bytes of answer to take at most.
  ///   - isWhole: gets each part and says whether it was the last.
  public static func ask(
    _ path: String, request: [UInt8], patience: Int, limit: Int, isWhole: (ArraySlice<UInt8>) -> Bool
  ) throws(Failure) {
    let deadline = ContinuousClock.now + .seconds(patience)
    let connection = try connect(to: path)
    defer { connection.close() }
    var rest = request[...]
    while !rest.isEmpty {
      try wait(for: connection, Int16(POLLOUT), until: deadline, path)
      let count = unsafe rest.withUnsafeBytes {
        unsafe send(connection.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EAGAIN || errno == EINTR { continue }
      guard count > 0 else { throw .last(path) }
      rest = rest.dropFirst(count)
    }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var total = 0
    while true {
      try wait(for: connection, Int16(POLLIN), until: deadline, path)
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe recv(connection.number, $0.baseAddress, $0.count, 0) }
      if count < 0, errno == EAGAIN || errno == EINTR { continue }
      guard count >= 0 else { throw .last(path) }
      guard count > 0 else {
        throw Failure(cause: .other, path: path, text: "the connection was closed without an answer")
      }
      total += count
      guard total <= limit else {
        throw Failure(cause: .other, path: path, text: "the answer is longer than \(limit) bytes")
      }
      if isWhole(chunk[..<count]) { return }
    }
  }

  private static func connect(to path: String) throws(Failure) -> FileDescriptor {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < room, !path.utf8.contains(0) else {
      throw Failure(
        cause: .other, path: path, text: "the path is longer than the \(room - 1) bytes that sockets can have")
    }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let number = socket(AF_UNIX, kind, 0)
    guard number >= 0 else { throw .last(path) }
    let connection = FileDescriptor(number: number)
    let result = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else {
      let failure = Failure.last(path)
      connection.close()
      throw failure
    }
    return connection
  }

  private static func wait(
    for connection: FileDescriptor, _ events: Int16, until deadline: ContinuousClock.Instant, _ path: String
  ) throws(Failure) {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { throw Failure(cause: .other, path: path, text: "the server did not answer in time") }
      var watched = pollfd(fd: connection.number, events: events, revents: 0)
      let milliseconds = Int32(clamping: left.components.seconds * 1000 + 1000)
      let ready = unsafe poll(&watched, 1, milliseconds)
      if ready > 0 { return }
      guard ready == 0 || errno == EINTR else { throw .last(path) }
    }
  }
}

extension LocalService.Failure {
  /// The failure that the last system call left in `errno`.
  fileprivate static func last(_ path: String) -> LocalService.Failure {
    let number = errno
    let cause: Cause =
      switch number {
      case ENOENT, ECONNREFUSED, ENOTDIR: .absent
      case EACCES, EPERM: .notPermitted
      default: .other
      }
    let text = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    return LocalService.Failure(cause: cause, path: path, text: text)
  }
}
