import CLinux
import Glibc

/// What every laboratory does to the interfaces of its hosts, by ioctl(2): starting ip(8) takes long in user-mode Linux.
extension NetworkNamespace {
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
