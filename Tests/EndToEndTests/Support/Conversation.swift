import CLinux
import Glibc

/// Real TCP and UDP between two hosts, with the super-frames and open checksums that the kernel gives them.
struct Conversation {
  let client: NetworkNamespace
  let server: NetworkNamespace
  /// The server's: IPv4, or IPv6.
  let address: NetworkAddress

  private var family: Int32 { address.octets.count == 4 ? AF_INET : AF_INET6 }

  /// Sends data by TCP; all of it arrives.
  func stream(_ data: [UInt8], port: UInt16) throws {
    let listener = try socket(SOCK_STREAM, in: server)
    try unsafe withAddress(port) { try unsafe checked("bind", bind(listener.number, $0, $1)) }
    try checked("listen", listen(listener.number, 1))
    let sender = try socket(SOCK_STREAM, in: client)
    try unsafe withAddress(port) { try unsafe checked("connect", connect(sender.number, $0, $1)) }
    let receiver = try FileDescriptor("accept", accept(listener.number, nil, nil))
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    for start in stride(from: 0, to: data.count, by: 60000) {
      let part = Array(data[start..<min(start + 60000, data.count)])
      try sender.write(part)
      while received.count < start + part.count {
        let count = try checked("receive", Int32(unsafe recv(receiver.number, &buffer, buffer.count, 0)))
        guard count > 0 else { throw SupportError("the stream ended after \(received.count) bytes") }
        received += buffer[..<Int(count)]
      }
    }
    guard received == data else { throw SupportError("the stream was altered") }
  }

  /// Sends data by UDP in datagrams of a length, by one call (UDP_SEGMENT of udp(7)); all of them arrive.
  func datagrams(_ data: [UInt8], of length: Int, port: UInt16) throws {
    let receiver = try socket(SOCK_DGRAM, in: server)
    try unsafe withAddress(port) { try unsafe checked("bind", bind(receiver.number, $0, $1)) }
    let sender = try socket(SOCK_DGRAM, in: client)
    try unsafe withAddress(port) { try unsafe checked("connect", connect(sender.number, $0, $1)) }
    try set(17, 103, to: Int32(length), on: sender)
    try sender.write(data)
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while received.count < data.count {
      received += buffer[..<Int(try checked("receive", Int32(unsafe recv(receiver.number, &buffer, buffer.count, 0))))]
    }
    guard received == data else { throw SupportError("the datagrams were altered") }
  }

  private func socket(_ type: __socket_type, in namespace: NetworkNamespace) throws -> FileDescriptor {
    let socket = try namespace.enter {
      try FileDescriptor("socket", Glibc.socket(family, Int32(type.rawValue) | closedOnExec, 0))
    }
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      try unsafe checked(
        "timeout", setsockopt(socket.number, SOL_SOCKET, option, &limit, UInt32(MemoryLayout<timeval>.size)))
    }
    for option in [SO_SNDBUF, SO_RCVBUF] { try set(SOL_SOCKET, option, to: 400_000, on: socket) }
    return socket
  }

  private func set(_ level: Int32, _ option: Int32, to value: Int32, on socket: borrowing FileDescriptor) throws {
    var value = value
    try unsafe checked("socket option \(option)", setsockopt(socket.number, level, option, &value, 4))
  }

  private func withAddress(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, UInt32) throws -> Void) throws {
    var storage = sockaddr_storage()
    let bytes =
      unsafe withUnsafeBytes(of: UInt16(family)) { unsafe Array($0) } + [UInt8](word: port)
      + (family == AF_INET ? address.octets : [0, 0, 0, 0] + address.octets + [0, 0, 0, 0])
    unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyBytes(from: bytes) }
    let size = family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
    try unsafe withUnsafePointer(to: &storage) { pointer in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { try unsafe body($0, UInt32(size)) }
    }
  }
}
