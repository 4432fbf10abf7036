import CLinux
import Glibc

/// A packet socket on one interface: sends frames out of it and receives those that cross it, either way.
///
/// What arrives waits in the kernel, in a buffer that holds many thousand frames; ``receive(until:)`` fails the test
/// where the kernel had to drop some.
final class FrameSocket {
  struct Captured {
    enum Direction { case received, sent }

    let direction: Direction
    let frame: Frame
  }

  /// What it receives; a socket that only sends costs the frames that pass nothing.
  enum Hearing { case everything, nothing }

  let interface: String
  private let socket: FileDescriptor

  init(_ interface: String, in namespace: NetworkNamespace, hearing: Hearing = .everything) throws {
    self.interface = interface
    let heard = hearing == .everything ? UInt16(ETH_P_ALL).bigEndian : 0
    socket = try namespace.enter {
      let socket = try FileDescriptor(
        "socket", Glibc.socket(AF_PACKET, Int32(SOCK_RAW.rawValue) | closedOnExec, 0))
      let index = unsafe if_nametoindex(interface)
      guard index > 0 else { throw SystemError("\(interface) in \(namespace)") }
      try Self.set(SOL_SOCKET, SO_RCVBUFFORCE, to: 64 << 20, on: socket.number)
      try Self.set(SOL_PACKET, PACKET_AUXDATA, to: 1, on: socket.number)
      var address = sockaddr_ll()
      address.sll_family = UInt16(AF_PACKET)
      address.sll_protocol = heard
      address.sll_ifindex = Int32(index)
      try unsafe withUnsafePointer(to: &address) { pointer in
        try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          _ = try checked(
            "bind \(interface)", unsafe bind(socket.number, pointer, UInt32(MemoryLayout<sockaddr_ll>.size)))
        }
      }
      return socket
    }
  }

  func send(_ frame: Frame) throws {
    let count = unsafe Glibc.send(socket.number, frame.bytes, frame.bytes.count, 0)
    guard count == frame.bytes.count else { throw SystemError("send on \(interface)") }
  }

  /// The next frame, or `nil` where none comes in time.
  func receive(until deadline: Deadline) throws -> Captured? {
    while true {
      var watched = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
      let ready = unsafe poll(&watched, 1, deadline.milliseconds)
      if ready < 0 && errno == EINTR { continue }
      try checked("poll", ready)
      try failOnLoss()
      return ready == 0 ? nil : try read()
    }
  }

  private func failOnLoss() throws {
    var statistics = tpacket_stats()
    var size = UInt32(MemoryLayout<tpacket_stats>.size)
    try unsafe checked(
      "packet statistics", getsockopt(socket.number, SOL_PACKET, PACKET_STATISTICS, &statistics, &size))
    guard statistics.tp_drops == 0 else {
      throw SupportError("\(statistics.tp_drops) frames on \(interface) were lost to the capture")
    }
  }

  private func read() throws -> Captured {
    var address = sockaddr_ll()
    var bytes = [UInt8](repeating: 0, count: 70000)
    var control = [UInt8](repeating: 0, count: 128)
    var controlCount = 0
    let count = unsafe withUnsafeMutablePointer(to: &address) { address in
      unsafe bytes.withUnsafeMutableBytes { bytes in
        unsafe control.withUnsafeMutableBytes { control in
          var part = unsafe iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
          return unsafe withUnsafeMutablePointer(to: &part) { part in
            var message = unsafe msghdr()
            unsafe message.msg_name = UnsafeMutableRawPointer(address)
            unsafe message.msg_namelen = UInt32(MemoryLayout<sockaddr_ll>.size)
            unsafe message.msg_iov = part
            unsafe message.msg_iovlen = 1
            unsafe message.msg_control = control.baseAddress
            unsafe message.msg_controllen = control.count
            let count = unsafe recvmsg(socket.number, &message, 0)
            controlCount = unsafe message.msg_controllen
            return count
          }
        }
      }
    }
    guard count >= 0 else { throw SystemError("receive on \(interface)") }
    let tag = Self.hiddenTag(Array(control.prefix(controlCount)))
    let frame = Frame(bytes: Array(bytes[..<min(12, count)]) + tag + Array(bytes[..<count].dropFirst(12)))
    return Captured(direction: address.sll_pkttype == PACKET_OUTGOING ? .sent : .received, frame: frame)
  }

  /// The outer VLAN tag as it stood in the frame; the kernel takes it out and reports it in `tpacket_auxdata`.
  private static func hiddenTag(_ control: [UInt8]) -> [UInt8] {
    let header = MemoryLayout<cmsghdr>.size
    guard control.count >= header + MemoryLayout<tpacket_auxdata>.size else { return [] }
    let data = unsafe control.withUnsafeBytes { bytes in
      unsafe bytes.loadUnaligned(fromByteOffset: header, as: tpacket_auxdata.self)
    }
    guard data.tp_status & UInt32(TP_STATUS_VLAN_VALID) != 0 else { return [] }
    let isTypeKnown = data.tp_status & UInt32(TP_STATUS_VLAN_TPID_VALID) != 0
    return [UInt8](word: isTypeKnown ? data.tp_vlan_tpid : 0x8100) + [UInt8](word: data.tp_vlan_tci)
  }

  private static func set(_ level: Int32, _ option: Int32, to value: Int32, on socket: Int32) throws {
    var value = value
    try unsafe checked("socket option \(option)", setsockopt(socket, level, option, &value, 4))
  }
}
