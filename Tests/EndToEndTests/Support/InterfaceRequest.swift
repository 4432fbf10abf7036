import CLinux
import CNl
import Glibc

/// What every laboratory does to interfaces, by netlink(7) and ioctl(2): starting ip(8) takes long in user-mode Linux.
extension NetworkNamespace {
  /// Adds a pair of veth interfaces: one with a name here, and `eth0` in another namespace.
  func addWire(_ name: String, to end: NetworkNamespace) throws {
    let (socket, link) = unsafe (nl_socket_alloc(), rtnl_link_veth_alloc())
    defer {
      unsafe rtnl_link_put(link)
      unsafe nl_socket_free(socket)
    }
    let peer = unsafe rtnl_link_veth_get_peer(link)
    defer { unsafe rtnl_link_put(peer) }
    unsafe rtnl_link_set_name(link, name)
    unsafe rtnl_link_set_name(peer, "eth0")
    let place = try end.open()
    unsafe rtnl_link_set_ns_fd(peer, place.number)
    let connected = try enter { unsafe nl_connect(socket, NETLINK_ROUTE) }
    let result = connected < 0 ? connected : unsafe rtnl_link_add(socket, link, NLM_F_CREATE | NLM_F_EXCL)
    guard result >= 0 else {
      throw SupportError("cannot add \(name) to \(self): " + (unsafe String(cString: nl_geterror(result))))
    }
  }

  /// Switches an interface on, perhaps without ARP, or with an IPv4 address and its prefix length.
  func switchOn(_ interface: String, address: NetworkAddress? = nil, prefix: Int = 24, arp: Bool = true) throws {
    let socket = try enter {
      try FileDescriptor("socket", Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | closedOnExec, 0))
    }
    func request(_ call: String, _ number: Int32, _ change: (inout ifreq) -> Void) throws {
      var request = unsafe ifreq()
      unsafe withUnsafeMutableBytes(of: &request.ifr_ifrn) { unsafe $0.copyBytes(from: interface.utf8) }
      unsafe change(&request)
      try unsafe checked("\(call) \(interface) in \(name)", ioctl(socket.number, UInt(number), &request))
    }
    if let address {
      let (address, mask) = (
        Self.socketAddress(address.octets), Self.socketAddress([UInt8](long: ~0 << UInt32(32 - prefix)))
      )
      try unsafe request("SIOCSIFADDR", SIOCSIFADDR) { unsafe $0.ifr_ifru.ifru_addr = address }
      try unsafe request("SIOCSIFNETMASK", SIOCSIFNETMASK) { unsafe $0.ifr_ifru.ifru_netmask = mask }
    }
    let flags = IFF_UP | IFF_MULTICAST | IFF_BROADCAST | (arp ? 0 : IFF_NOARP)
    try unsafe request("SIOCSIFFLAGS", SIOCSIFFLAGS) { unsafe $0.ifr_ifru.ifru_flags = Int16(flags) }
  }

  private static func socketAddress(_ octets: [UInt8]) -> sockaddr {
    var address = sockaddr()
    address.sa_family = UInt16(AF_INET)
    unsafe withUnsafeMutableBytes(of: &address.sa_data) { unsafe $0[2...].copyBytes(from: octets) }
    return address
  }
}
