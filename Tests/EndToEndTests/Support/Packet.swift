/// An IPv4 or IPv6 packet; extension headers are not looked through.
struct Packet: Hashable, Sendable {
  static let icmp: UInt8 = 1
  static let tcp: UInt8 = 6
  static let udp: UInt8 = 17
  static let gre: UInt8 = 47

  let source: NetworkAddress
  let destination: NetworkAddress
  let protocolNumber: UInt8
  let timeToLive: UInt8
  /// The type of service or traffic class octet.
  let service: UInt8
  let payload: [UInt8]

  /// Reads what follows the EtherType of IPv4 or IPv6; `nil` for anything else.
  init?(_ bytes: [UInt8]) {
    if bytes.count >= 20, bytes[0] >> 4 == 4 {
      let length = max(20, min(Int(bytes.word(at: 2)), bytes.count))
      (protocolNumber, timeToLive, service) = (bytes[9], bytes[8], bytes[1])
      source = NetworkAddress(octets: Array(bytes[12..<16]))
      destination = NetworkAddress(octets: Array(bytes[16..<20]))
      payload = Array(bytes[..<length].dropFirst(Int(bytes[0] & 0xf) * 4))
    } else if bytes.count >= 40, bytes[0] >> 4 == 6 {
      (protocolNumber, timeToLive) = (bytes[6], bytes[7])
      service = UInt8(truncatingIfNeeded: bytes.word(at: 0) >> 4)
      source = NetworkAddress(octets: Array(bytes[8..<24]))
      destination = NetworkAddress(octets: Array(bytes[24..<40]))
      payload = Array(bytes.dropFirst(40).prefix(Int(bytes.word(at: 4))))
    } else {
      return nil
    }
  }

  /// The key and the frame of a GRE packet that carries Ethernet (RFC 2784, RFC 2890).
  var encapsulatedEthernet: (key: UInt32?, frame: Frame)? {
    guard protocolNumber == Self.gre, payload.count >= 4, payload.word(at: 2) == 0x6558 else { return nil }
    var position = 4
    if payload[0] & 0x80 != 0 { position += 4 }
    let key = payload[0] & 0x20 != 0 ? payload.long(at: position) : nil
    if key != nil { position += 4 }
    if payload[0] & 0x10 != 0 { position += 4 }
    return (key, Frame(bytes: Array(payload.dropFirst(position))))
  }

  var isEchoRequest: Bool { protocolNumber == Self.icmp && payload.first == 8 }
  var isEchoReply: Bool { protocolNumber == Self.icmp && payload.first == 0 }
}

extension Packet: CustomStringConvertible {
  var description: String {
    let addresses = "\(source) > \(destination)"
    if isEchoRequest { return "\(addresses) echo request \(payload.word(at: 6))" }
    if isEchoReply { return "\(addresses) echo reply \(payload.word(at: 6))" }
    if let (key, frame) = encapsulatedEthernet {
      return "\(addresses) GRE key \(key.map { "0x" + String($0, radix: 16) } ?? "none") {\(frame)}"
    }
    if protocolNumber == Self.udp { return "\(addresses) UDP \(payload.word(at: 0)) > \(payload.word(at: 2))" }
    return "\(addresses) protocol \(protocolNumber)"
  }
}

extension Frame {
  static let ipv4: UInt16 = 0x0800
  static let ipv6: UInt16 = 0x86dd
  static let arp: UInt16 = 0x0806

  /// The IP packet in the frame.
  var packet: Packet? { type == Self.ipv4 || type == Self.ipv6 ? Packet(payload) : nil }
  var isARP: Bool { type == Self.arp }
  var isEchoRequest: Bool { packet?.isEchoRequest ?? false }
  var isEchoReply: Bool { packet?.isEchoReply ?? false }

  /// A frame with a UDP datagram of the given number of data bytes, told apart by its source port.
  static func udp(
    _ number: UInt16, to destination: HardwareAddress, from source: HardwareAddress, bytes count: Int = 32
  ) -> Frame {
    let data = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
    let datagram =
      [UInt8](word: number) + [UInt8](word: 9) + [UInt8](word: UInt16(8 + count)) + [0, 0] + data
    let addresses: [UInt8] = [10, 10, 20, source.octets[5], 10, 10, 20, destination.octets[5]]
    let start: [UInt8] = [0x45, 0] + [UInt8](word: UInt16(20 + datagram.count)) + [0, 0, 0x40, 0, 64, Packet.udp]
    let checksum = (start + [0, 0] + addresses).internetChecksum
    return Frame(
      to: destination, from: source, type: ipv4, payload: start + [UInt8](word: checksum) + addresses + datagram)
  }

  /// An ICMP echo request (RFC 792) of 8 bytes of data.
  static func echoRequest(
    to destination: HardwareAddress, from source: HardwareAddress, _ sender: NetworkAddress,
    asking target: NetworkAddress
  ) -> Frame {
    let message: [UInt8] = [0, 1, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8]
    let icmp = [8, 0] + [UInt8](word: ([8, 0] + [0, 0] + message).internetChecksum) + message
    let start: [UInt8] = [0x45, 0] + [UInt8](word: UInt16(20 + icmp.count)) + [0, 0, 0x40, 0, 64, Packet.icmp]
    let addresses = sender.octets + target.octets
    let checksum = (start + [0, 0] + addresses).internetChecksum
    return Frame(
      to: destination, from: source, type: ipv4, payload: start + [UInt8](word: checksum) + addresses + icmp)
  }

  /// An ARP request (RFC 826) for an address.
  static func arpRequest(for target: NetworkAddress, from source: HardwareAddress, _ sender: NetworkAddress) -> Frame {
    Frame(
      to: .broadcast, from: source, type: arp,
      payload: [0, 1, 8, 0, 6, 4, 0, 1] + source.octets + sender.octets + [0, 0, 0, 0, 0, 0] + target.octets)
  }
}
