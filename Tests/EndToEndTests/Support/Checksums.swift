/// Checksums of IP packets and what they carry.
extension Frame {
  /// Whether the checksums of the IPv4 header and of TCP or UDP are right (RFC 791, RFC 9293, RFC 768, RFC 8200).
  var hasRightChecksums: Bool {
    guard let packet else { return false }
    let isV4 = type == Self.ipv4
    if isV4, Array(payload.prefix(Int(payload[0] & 0xf) * 4)).internetChecksum != 0 { return false }
    let length = isV4 ? Int(payload.word(at: 2)) : 40 + Int(payload.word(at: 4))
    guard length == payload.count else { return false }
    let pseudoHeader =
      packet.source.octets + packet.destination.octets + [UInt8](long: UInt32(packet.payload.count))
      + [0, 0, 0, packet.protocolNumber]
    return (pseudoHeader + packet.payload).internetChecksum == 0
  }

  /// The data of a TCP segment or UDP datagram.
  var transportData: [UInt8] {
    guard let packet else { return [] }
    let header = packet.protocolNumber == Packet.udp ? 8 : Int(packet.payload[12] >> 4) * 4
    return Array(packet.payload.dropFirst(header))
  }
}
