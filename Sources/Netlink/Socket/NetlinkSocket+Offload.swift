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
    KillPoint.pass()
    _ = try ethtool(UInt32(ETHTOOL_STXCSUM), offload == .on ? 1 : 0, interface)
    guard try transmitChecksums(of: interface) == offload else {
      throw NetlinkFailure(
        errno: EOPNOTSUPP, text: "the checksums of \(interface) cannot be switched \(offload.rawValue)")
    }
  }

  /// Whether the interface's hardware may run filters (`hw-tc-offload`). Where the kernel does not tell, it may.
  func offloadsFilters(_ interface: String) -> Bool {
    do throws(NetlinkFailure) {
      if knownFilterOffloadBit == nil { knownFilterOffloadBit = try featureBit(Self.filterOffload, interface) }
      guard let bit = knownFilterOffloadBit else { return false }
      return try isActive(feature: bit, of: interface)
    } catch { return error.errno != EOPNOTSUPP && error.errno != ENODEV }
  }

  /// Whether a feature of an interface is on.
  ///
  /// - Parameter bit: the feature's number; see ``featureBit(_:_:)``.
  func isActive(feature bit: Int, of interface: String) throws(NetlinkFailure) -> Bool {
    // struct ethtool_gfeatures: cmd, size, and for each 32 features what is available, requested, active, never changed.
    let blocks = bit / 32 + 1
    let answer = try ethtool([UInt32(ETHTOOL_GFEATURES), UInt32(blocks)], words: 2 + 4 * blocks, interface)
    return answer[2 + 4 * (bit / 32) + 2] >> UInt32(bit % 32) & 1 == 1
  }

  /// The number of a feature, by the name that ethtool(8) shows; `nil`: the kernel has no such feature.
  func featureBit(_ name: String, _ interface: String) throws(NetlinkFailure) -> Int? {
    let set = UInt32(ETH_SS_FEATURES.rawValue)
    // struct ethtool_sset_info: cmd, reserved, a mask of 64 bits, and a number for each bit that was answered.
    let counts = try ethtool([UInt32(ETHTOOL_GSSET_INFO), 0, 1 << set, 0], words: 5, interface)
    let count = Int(min(counts[4], Self.featureLimit))
    let width = Int(ETH_GSTRING_LEN)
    let answer = try ethtool([UInt32(ETHTOOL_GSTRINGS), set, UInt32(count)], words: 3 + count * width / 4, interface)
    let bytes = answer.dropFirst(3).flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
    let wanted = Array(name.utf8)[...]
    return (0..<count).first { bytes[($0 * width)..<(($0 + 1) * width)].prefix { $0 != 0 } == wanted }
  }

  static let filterOffload = "hw-tc-offload"
  /// More features than any kernel has.
  private static let featureLimit: UInt32 = 1024

  private func ethtool(_ command: UInt32, _ value: UInt32, _ interface: String) throws(NetlinkFailure) -> UInt32 {
    try ethtool([command, value], words: 2, interface)[1]
  }

  /// One request of `SIOCETHTOOL`.
  ///
  /// - Parameters:
  ///   - words: 32 bits each, of the host's byte order.
  ///   - count: words that the request and the answer have at most.
  private func ethtool(
    _ words: [UInt32], words count: Int, _ interface: String
  ) throws(NetlinkFailure) -> [UInt32] {
    var argument = words + [UInt32](repeating: 0, count: max(0, count - words.count))
    var request = unsafe ifreq()
    unsafe withUnsafeMutableBytes(of: &request.ifr_ifrn) { room in
      unsafe room.copyBytes(from: interface.utf8.prefix(Int(IFNAMSIZ) - 1))
    }
    let status = unsafe argument.withUnsafeMutableBytes { argument in
      unsafe request.ifr_ifru.ifru_data = argument.baseAddress?.assumingMemoryBound(to: CChar.self)
      return unsafe ioctl(descriptor, UInt(SIOCETHTOOL), &request)
    }
    guard status == 0 else { throw .last }
    return argument
  }
}
