import CLinux
import Glibc

/// What ping(8) does with IPv4, in this process: starting a program takes long in user-mode Linux.
struct EchoClient: ~Copyable {
  private let socket: FileDescriptor
  private let identifier = UInt16(truncatingIfNeeded: Counter.next())

  init(in namespace: NetworkNamespace) throws {
    socket = try namespace.enter {
      try FileDescriptor(
        "ICMP socket", Glibc.socket(AF_INET, Int32(SOCK_RAW.rawValue) | closedOnExec, Int32(IPPROTO_ICMP)))
    }
  }

  /// Sends echo requests (RFC 792) with so many bytes of data, each when the one before was answered.
  /// - Throws: ``SupportError`` where an answer does not come within five seconds.
  func ask(_ address: NetworkAddress, count: Int, size: Int) throws {
    try connect(to: address)
    let data = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
    for number in 1...UInt16(count) {
      let rest = [UInt8](word: identifier) + [UInt8](word: number) + data
      try socket.write([8, 0] + [UInt8](word: ([8, 0, 0, 0] + rest).internetChecksum) + rest)
      let deadline = Deadline.after(.seconds(5))
      while try receive(until: deadline, from: address) != [0, 0] + rest {}
    }
  }

  private func connect(to address: NetworkAddress) throws {
    var target = sockaddr_in()
    target.sin_family = UInt16(AF_INET)
    unsafe withUnsafeMutableBytes(of: &target.sin_addr) { unsafe $0.copyBytes(from: address.octets) }
    try unsafe withUnsafePointer(to: &target) { pointer in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = try checked(
          "connect", unsafe Glibc.connect(socket.number, pointer, UInt32(MemoryLayout<sockaddr_in>.size)))
      }
    }
  }

  /// The next ICMP message without its checksum.
  private func receive(until deadline: Deadline, from address: NetworkAddress) throws -> [UInt8] {
    var watched = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
    guard try unsafe checked("poll", poll(&watched, 1, deadline.milliseconds)) > 0 else {
      throw SupportError("no echo reply from \(address)")
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = try checked("receive from \(address)", Int32(unsafe recv(socket.number, &buffer, buffer.count, 0)))
    guard let message = Packet(Array(buffer.prefix(Int(count))))?.payload, message.count >= 8 else { return [] }
    return Array(message[..<2] + message[4...])
  }
}
