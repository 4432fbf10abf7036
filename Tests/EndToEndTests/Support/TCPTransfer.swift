import CLinux
import Glibc

/// Bytes that one host sends to another by TCP, and what a capture of the segments holds of them.
enum TCPTransfer {
  static let port: UInt16 = 5001

  /// Sends bytes to an IPv4 address over a connection of its own, and gives what arrived.
  static func send(
    _ bytes: [UInt8], from sender: NetworkNamespace, to receiver: NetworkNamespace, at host: NetworkAddress
  )
    throws -> [UInt8]
  {
    var address = sockaddr_in()
    address.sin_family = UInt16(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = host.octets.long(at: 0).bigEndian
    let size = UInt32(MemoryLayout<sockaddr_in>.size)
    let listener = try socket(in: receiver)
    let client = try socket(in: sender)
    try unsafe withUnsafePointer(to: &address) { pointer in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        try checked("bind", unsafe bind(listener.number, pointer, size))
        try checked("listen", listen(listener.number, 1))
        try checked("connect", unsafe connect(client.number, pointer, size))
      }
    }
    let server = try FileDescriptor("accept", accept(listener.number, nil, nil))
    _ = fcntl(server.number, F_SETFD, FD_CLOEXEC)
    return try exchange(bytes, client: client.number, server: server.number)
  }

  private static func socket(in namespace: NetworkNamespace) throws -> FileDescriptor {
    try namespace.enter {
      try FileDescriptor("socket", Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | closedOnExec, 0))
    }
  }

  private static func exchange(_ bytes: [UInt8], client: Int32, server: Int32) throws -> [UInt8] {
    let deadline = Deadline.after(.seconds(60))
    var sent = 0
    var received: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while received.count < bytes.count {
      guard !deadline.hasPassed else { throw SupportError("\(received.count) of \(bytes.count) bytes came by TCP") }
      if sent < bytes.count {
        let count = unsafe bytes[sent...].withUnsafeBytes {
          unsafe Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        }
        guard count >= 0 || errno == EAGAIN else { throw SystemError("send") }
        sent += max(0, count)
      }
      let count = unsafe recv(server, &block, block.count, Int32(MSG_DONTWAIT))
      guard count > 0 || errno == EAGAIN else { throw SystemError("receive") }
      received += block.prefix(max(0, count))
    }
    return received
  }

  /// The bytes of the stream to ``port`` in the segments of frames, in the order of their numbers.
  ///
  /// - Returns: also how many bytes came more than once.
  static func stream(in frames: [Frame]) -> (bytes: [UInt8], repeated: Int) {
    var segments: [(number: UInt32, data: ArraySlice<UInt8>)] = []
    for packet in frames.compactMap(\.packet) where packet.protocolNumber == 6 && packet.payload.word(at: 2) == port {
      let data = packet.payload.dropFirst(Int(packet.payload[12] >> 4) * 4)
      if !data.isEmpty { segments.append((packet.payload.long(at: 4), data)) }
    }
    let first = segments.map(\.number).min() ?? 0
    var bytes: [UInt8] = []
    var repeated = 0
    for segment in segments.sorted(by: { $0.number < $1.number }) {
      let position = Int(segment.number - first)
      guard position <= bytes.count else { break }
      let old = min(bytes.count - position, segment.data.count)
      repeated += old
      bytes += segment.data.dropFirst(old)
    }
    return (bytes, repeated)
  }
}
