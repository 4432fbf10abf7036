import Testing

/// One type of `output_tunnel`, with the options that its header shows.
struct TunnelKind: Sendable, CustomTestStringConvertible {
  enum Underlay: String, Sendable {
    case v4 = "IPv4"
    case v6 = "IPv6"
  }

  /// `type` and the options of the header, as a profile has them.
  let options: String
  let underlay: Underlay
  let protocolNumber: UInt8
  /// Bytes between the outer IP header and the frame.
  let headerLength: Int

  var testDescription: String { "\(options) over \(underlay.rawValue)" }

  static let session: UInt16 = 0x2a5
  static let index: UInt32 = 0xabcde
  static let hardwareID: UInt16 = 0x2b
  static let vni: UInt32 = 0xabcdef

  private static let variants: [(options: String, protocolNumber: UInt8, headerLength: Int)] = [
    ("type: gretap, key: 0x1111", Packet.gre, 8),
    ("type: erspan, version: 0", Packet.gre, 4),
    ("type: erspan, version: 1, session_id: \(session), index: \(index)", Packet.gre, 16),
    (
      "type: erspan, version: 2, session_id: \(session + 1), direction: egress, hardware_id: \(hardwareID)", Packet.gre,
      20
    ),
    ("type: vxlan, vni: \(vni), port: 4790", Packet.udp, 16),
    ("type: geneve, vni: \(vni), port: 6082", Packet.udp, 16),
  ]

  /// Every type over both; ERSPAN type I has no form over IPv6.
  static let all: [TunnelKind] = variants.flatMap { variant in
    (variant.headerLength == 4 && variant.protocolNumber == Packet.gre ? [.v4] : [.v4, .v6]).map { underlay in
      TunnelKind(
        options: variant.options, underlay: underlay, protocolNumber: variant.protocolNumber,
        headerLength: variant.headerLength)
    }
  }

  var isV4: Bool { underlay == .v4 }
  var isERSPAN: Bool { options.contains("erspan") }
  var isGRE: Bool { protocolNumber == Packet.gre }

  /// `output_tunnel: …` towards the laboratory's collector, with further options.
  func output(_ more: String = "") -> String {
    "output_tunnel: {remote: \"\(isV4 ? "10.95.30.43" : "fd00:95::43")\", \(options)\(more.isEmpty ? "" : ", " + more)}"
  }

  /// What the packets of this tunnel carry, each as the header before the frame and the frame.
  func contents(of packets: [Packet]) -> [(header: [UInt8], frame: Frame)] {
    packets.filter { $0.protocolNumber == protocolNumber && $0.payload.count >= headerLength + 14 }.map {
      (Array($0.payload.prefix(headerLength)), Frame(bytes: Array($0.payload.dropFirst(headerLength))))
    }.filter { $0.frame.type != Capture.sentinelType }
  }
}

extension [Frame] {
  /// The packets of GRE and UDP tunnels; what a device sends for itself at a time of its own, such as MLD reports, is left out.
  var tunnelled: [Packet] {
    compactMap(\.packet).filter { $0.protocolNumber == Packet.gre || $0.protocolNumber == Packet.udp }
  }
}

extension TunnelLab {
  /// Sets the MTU of both ends of the underlay.
  func setUnderlayMTU(_ mtu: Int) throws {
    try sw.ip("link set dev up0 mtu \(mtu)")
    try world.ip("link set dev eth0 mtu \(mtu)")
  }
}
