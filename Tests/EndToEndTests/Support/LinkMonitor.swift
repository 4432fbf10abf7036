import CLinux
import Glibc

/// The interfaces of a namespace and their changes, by rtnetlink(7): starting ip(8) takes long in user-mode Linux.
final class LinkMonitor {
  struct Link {
    var name = ""
    /// `IFLA_INFO_KIND`: `veth`, `bridge`.
    var kind = ""
    /// `IFF_UP`: it was switched on.
    var isUp = false
    /// `IFLA_OPERSTATE`: `IF_OPER_UP` of RFC 2863 is 6.
    var operationalState: UInt8 = 0
    /// `IFLA_BRPORT_STATE`: `BR_STATE_FORWARDING` is 3, also where it is no port.
    var portState: UInt8 = 3

    /// Whether it passes frames, as all veth pairs and bridges do sooner or later that are switched on.
    var isForwarding: Bool {
      guard isUp, kind == "veth" || kind == "bridge" else { return true }
      return operationalState == 6 && portState == 3
    }
  }

  private let questions: FileDescriptor
  private let changes: FileDescriptor

  init(of namespace: NetworkNamespace) throws {
    func socket(groups: UInt32) throws -> FileDescriptor {
      let socket = try FileDescriptor(
        "netlink socket", Glibc.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue) | closedOnExec, NETLINK_ROUTE))
      var address = sockaddr_nl()
      address.nl_family = UInt16(AF_NETLINK)
      address.nl_groups = groups
      try unsafe withUnsafePointer(to: &address) { pointer in
        try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          _ = try checked("bind", unsafe bind(socket.number, pointer, UInt32(MemoryLayout<sockaddr_nl>.size)))
        }
      }
      return socket
    }
    questions = try namespace.enter { try socket(groups: 0) }
    changes = try namespace.enter { try socket(groups: UInt32(RTMGRP_LINK)) }
  }

  /// Waits until any interface has changed since the last call.
  /// - Returns: whether one has in time.
  func awaitChange(until deadline: Deadline) throws -> Bool {
    var watched = pollfd(fd: changes.number, events: Int16(POLLIN), revents: 0)
    let ready = try unsafe checked("poll", poll(&watched, 1, deadline.milliseconds))
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    // ENOBUFS, that there were more changes than can wait, is as good as a change.
    while unsafe recv(changes.number, &buffer, buffer.count, Int32(MSG_DONTWAIT)) > 0 {}
    return ready > 0
  }

  func links() throws -> [Link] {
    var request = [UInt8](repeating: 0, count: 32)
    unsafe request.withUnsafeMutableBytes { bytes in
      unsafe bytes.storeBytes(of: 32, as: UInt32.self)
      unsafe bytes.storeBytes(of: UInt16(RTM_GETLINK), toByteOffset: 4, as: UInt16.self)
      unsafe bytes.storeBytes(of: UInt16(NLM_F_REQUEST | NLM_F_DUMP), toByteOffset: 6, as: UInt16.self)
    }
    try questions.write(request)
    var links: [Link] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe recv(questions.number, &buffer, buffer.count, 0)
      guard count > 0 else { throw SystemError("list of interfaces") }
      var rest = buffer[..<count]
      while let length = rest.value(at: 0, UInt32.self), (16...rest.count).contains(Int(length)) {
        let type = Int32(rest.value(at: 4, UInt16.self) ?? 0)
        if type == NLMSG_DONE { return links }
        guard type == RTM_NEWLINK else { throw SupportError("list of interfaces: a message of type \(type)") }
        links.append(Link(message: rest.prefix(Int(length)).dropFirst(16)))
        rest = rest.dropFirst(Int(length + 3) & ~3)
      }
    }
  }
}

extension LinkMonitor.Link {
  /// Reads `struct ifinfomsg` and the attributes behind it.
  fileprivate init(message: ArraySlice<UInt8>) {
    isUp = (message.value(at: 8, UInt32.self) ?? 0) & UInt32(IFF_UP) != 0
    let attributes = message.dropFirst(16).attributes
    name = attributes[IFLA_IFNAME]?.string ?? ""
    operationalState = attributes[IFLA_OPERSTATE]?.first ?? 0
    let details = attributes[IFLA_LINKINFO]?.attributes ?? [:]
    kind = details[IFLA_INFO_KIND]?.string ?? ""
    guard details[IFLA_INFO_SLAVE_KIND]?.string == "bridge" else { return }
    portState = details[IFLA_INFO_SLAVE_DATA]?.attributes[IFLA_BRPORT_STATE]?.first ?? 0
  }
}

extension ArraySlice<UInt8> {
  /// An integer in the machine's byte order.
  fileprivate func value<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, _: Value.Type) -> Value? {
    guard count >= offset + MemoryLayout<Value>.size else { return nil }
    return unsafe withUnsafeBytes { unsafe $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
  }

  fileprivate var string: String { String(decoding: prefix { $0 != 0 }, as: UTF8.self) }

  /// Netlink attributes by their type.
  fileprivate var attributes: [Int: ArraySlice<UInt8>] {
    var found: [Int: ArraySlice<UInt8>] = [:]
    var rest = self
    while let length = rest.value(at: 0, UInt16.self), let type = rest.value(at: 2, UInt16.self),
      (4...rest.count).contains(Int(length))
    {
      found[Int(type & 0x3fff)] = rest.prefix(Int(length)).dropFirst(4)
      rest = rest.dropFirst((Int(length) + 3) & ~3)
    }
    return found
  }
}
