import CMnl
import Glibc
import TrafficControl

/// Offloads of interfaces, which rtnetlink does not speak of (`SIOCETHTOOL`); any socket serves, for it is the namespace that counts.
extension NetlinkSocket {
  /// Whether the interface sends checksums that are still to be computed (`ETHTOOL_GTXCSUM`).
  func transmitChecksums(of interface: String) throws(NetlinkFailure) -> Device.Offload {
    try ethtool(UInt32(ETHTOOL_GTXCSUM), 0, interface) == 0 ? .off : .on
  }

  /// `ethtool -K INTERFACE tx on|off`; with it TCP segmentation goes off, and nothing else is left that takes super-frames.
  func setTransmitChecksums(_ offload: Device.Offload, of interface: String) throws(NetlinkFailure) {
    _ = try ethtool(UInt32(ETHTOOL_STXCSUM), offload == .on ? 1 : 0, interface)
    guard try transmitChecksums(of: interface) == offload else {
      throw NetlinkFailure(
        errno: EOPNOTSUPP, text: "the checksums of \(interface) cannot be switched \(offload.rawValue)")
    }
  }

  private func ethtool(_ command: UInt32, _ value: UInt32, _ interface: String) throws(NetlinkFailure) -> UInt32 {
    var argument = ethtool_value(cmd: command, data: value)
    var request = unsafe ifreq()
    unsafe withUnsafeMutableBytes(of: &request.ifr_ifrn) { room in
      unsafe room.copyBytes(from: interface.utf8.prefix(Int(IFNAMSIZ) - 1))
    }
    let status = unsafe withUnsafeMutableBytes(of: &argument) { argument in
      unsafe request.ifr_ifru.ifru_data = argument.baseAddress?.assumingMemoryBound(to: CChar.self)
      return unsafe ioctl(descriptor, UInt(SIOCETHTOOL), &request)
    }
    guard status == 0 else { throw .last }
    return argument.data
  }
}
