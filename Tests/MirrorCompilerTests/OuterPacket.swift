import NetworkTypes
import TestSupport

/// A packet of a tunnel on the underlay, as the guard has to recognise it (RFC 791, RFC 8200, RFC 2890).
struct OuterPacket {
  var from: IPAddress = .v4([10, 0, 2, 15])
  var to: IPAddress
  var key: UInt32?
  var ipProtocol: UInt8 = 47
  var greProtocol = EtherType(rawValue: 0x6558)
  /// In units of 8 bytes; IPv4 only.
  var fragmentOffset: UInt16 = 0
  var hasMoreFragments = false
  /// Instead of GRE with protocol type and key.
  var tunnelHeader: [UInt8]?
  /// IPv4 only; a multiple of 4 bytes.
  var options: [UInt8] = []

  func changed(_ change: (inout OuterPacket) -> Void) -> Frame {
    var packet = self
    change(&packet)
    return packet.frame
  }

  var frame: Frame { .ethernet(type: isV4 ? .ipv4 : .ipv6, payload: bytes) }

  /// The underlay is a VLAN, its tag in metadata.
  var tagged: Frame {
    var frame = frame
    frame.tag = Frame.Tag(10)
    return frame
  }

  func taggedInData(_ type: EtherType) -> Frame {
    .ethernet(tagsInData: [Frame.Tag(10, tagProtocol: type)], type: isV4 ? .ipv4 : .ipv6, payload: bytes)
  }

  /// The address with one bit of one octet changed.
  static func flip(_ address: IPAddress, _ position: Int) -> IPAddress {
    var octets = address.octets
    octets[position] ^= 1
    return if case .v4 = address { .v4(octets) } else { .v6(octets) }
  }

  private var isV4: Bool { if case .v4 = to { true } else { false } }

  private var bytes: [UInt8] {
    let inner = [UInt8](repeating: 0x55, count: 60)
    guard fragmentOffset == 0 else { return header + fragmentHeader + inner }
    if let tunnelHeader { return header + fragmentHeader + tunnelHeader + inner }
    let flags: UInt16 = key == nil ? 0 : 0x2000
    return header + big(flags) + big(greProtocol.rawValue)
      + (key.map { big(UInt16($0 >> 16)) + big(UInt16($0 & 0xffff)) } ?? []) + inner
  }

  private var header: [UInt8] {
    let fragment = (hasMoreFragments ? 0x2000 : 0) | fragmentOffset
    let next = fragmentHeader.isEmpty ? ipProtocol : 44
    guard isV4 else { return [0x60, 0, 0, 0, 0, 80, next, 64] + from.octets + to.octets }
    let version = 0x45 + UInt8(options.count / 4)
    return [version, 0, 0, 100, 0, 1] + big(fragment) + [64, ipProtocol, 0, 0] + from.octets + to.octets + options
  }

  /// RFC 8200, 4.5.
  private var fragmentHeader: [UInt8] {
    guard !isV4, fragmentOffset > 0 || hasMoreFragments else { return [] }
    return [ipProtocol, 0] + big(fragmentOffset << 3 | (hasMoreFragments ? 1 : 0)) + [0, 0, 0, 1]
  }

  private func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
}
