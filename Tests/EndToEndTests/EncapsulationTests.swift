import Testing

/// S28: what the other encapsulations look like on the wire.
@Suite("Encapsulations")
struct EncapsulationTests {
  /// An `output_tunnel`, how long its headers after IP are, and what they must hold.
  struct Case: Sendable, CustomTestStringConvertible {
    let options: String
    let protocolNumber: UInt8
    let headerLength: Int
    let isRight: @Sendable ([UInt8]) -> Bool

    var testDescription: String { options }
  }

  static let cases = [
    Case(options: "type: erspan, version: 0", protocolNumber: Packet.gre, headerLength: 4) {
      $0.long(at: 0) == 0x0000_88be
    },
    Case(options: "type: erspan, version: 1, session_id: 100, index: 7", protocolNumber: Packet.gre, headerLength: 16) {
      $0.long(at: 0) == 0x1000_88be && $0[8] >> 4 == 1 && $0.word(at: 10) & 0x3ff == 100
        && $0.long(at: 12) & 0xfffff == 7
    },
    Case(
      options: "type: erspan, version: 2, session_id: 1023, direction: egress, hardware_id: 33",
      protocolNumber: Packet.gre, headerLength: 20
    ) {
      $0.long(at: 0) == 0x1000_22eb && $0[8] >> 4 == 2 && $0.word(at: 10) & 0x3ff == 1023
        && $0.word(at: 18) >> 4 & 0x3f == 33 && $0.word(at: 18) & 8 == 8
    },
    Case(options: "type: vxlan, vni: 70000, port: 4790", protocolNumber: Packet.udp, headerLength: 16) {
      $0.word(at: 2) == 4790 && $0[8] == 8 && $0.long(at: 12) >> 8 == 70000
    },
    Case(options: "type: vxlan, vni: 5", protocolNumber: Packet.udp, headerLength: 16) {
      $0.word(at: 2) == 4789 && $0.long(at: 12) >> 8 == 5
    },
    Case(options: "type: geneve, vni: 5", protocolNumber: Packet.udp, headerLength: 16) {
      $0.word(at: 2) == 6081 && $0.word(at: 10) == 0x6558 && $0.long(at: 12) >> 8 == 5
    },
  ]

  @Test("S28: the header says what the profile says, and the frame follows it whole", arguments: cases)
  func header(encapsulation: Case) throws {
    try withTunnelLab { lab in
      let before = try KernelDump(of: lab.sw)
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(
        profile(
          "{name: m3, bridge: br0, select_src_port: tap1, "
            + "output_tunnel: {remote: 10.95.30.43, \(encapsulation.options)}}"))
      let uplink = try lab.capture()
      let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: 100)
      try lab.first.send(frame, from: 1)
      let packets = try uplink.drain().compactMap(\.packet)
      #expect(packets.map(\.protocolNumber) == [encapsulation.protocolNumber], "\(packets)")
      for packet in packets where packet.payload.count > encapsulation.headerLength {
        #expect(encapsulation.isRight(packet.payload), "\(packet.payload.hexadecimal(separator: " "))")
        #expect(Frame(bytes: Array(packet.payload.dropFirst(encapsulation.headerLength))) == frame)
      }
      try mirrorctl.clear()
      #expect(try KernelDump(of: lab.sw).changes(since: before) == [])
    }
  }
}
