import Testing

/// Selection by VLAN and by filter, on a bridge that does not know VLANs: the tag on the wire counts.
@Suite("Selection", .anyKernel)
struct SmallKernelSelectionTests {
  private static func frame(_ number: UInt16) -> Frame {
    .udp(number, to: SwitchLab.address(2), from: SwitchLab.address(1))
  }

  private static let sent = [
    frame(1), frame(2).tagged(0, priority: 3), frame(3).tagged(10), frame(4).tagged(19, priority: 7),
    frame(5).tagged(20), frame(6).tagged(29), frame(7).tagged(30), frame(8).tagged(4094),
    frame(9).with(tags: [.init(vlan: 7, type: 0x88a8), .init(vlan: 10)]),
  ]

  @Test(
    "S5: select_vlan takes VIDs and ranges; 0 is untagged",
    arguments: [
      ("10", [2]), ("[10, 20-29]", [2, 4, 5]), ("0", [0, 1]), ("[0, 4094]", [0, 1, 7]),
      ("1-4094", [2, 3, 4, 5, 6, 7, 8]), ("7", [8]), ("[11]", []),
    ] as [(String, [Int])])
  func vlans(selected: String, expected: [Int]) throws {
    try expect("select_vlan: \(selected)", copies: expected)
  }

  @Test(
    "S6: filter is a pcap expression, and sees the tag that the kernel keeps beside the frame",
    arguments: [
      ("udp src port 1", [0]), ("vlan 10", [2]), ("vlan and udp src port 5", [4]), ("not vlan", [0]),
      ("greater 74 and not vlan", [0]), ("greater 79", []), ("tcp", []),
      ("vlan 10 and ip and udp src port 3", [2]), ("ip and udp src port 1 and not vlan", [0]), ("vlan 7 and ip", []),
    ] as [(String, [Int])])
  func filters(expression: String, expected: [Int]) throws {
    try expect("filter: \"\(expression)\"", copies: expected)
  }

  @Test("S1: select_vlan and filter both must hold")
  func together() throws {
    try expect("select_vlan: 10-20, filter: \"vlan and udp src port 5\"", copies: [4])
  }

  @Test("S6: a bad expression is refused with libpcap's words")
  func badExpression() throws {
    try withSwitchLab(hosts: 2) { lab in
      let output = try MirrorCommand(in: lab.sw).refuse(
        profile("{name: m0, bridge: br0, select_src_port: tap1, filter: \"udp prt 9\", output_port: tap2}"), status: 65)
      #expect(output.errorText.contains("syntax error"), "\(output)")
    }
  }

  /// Which of the frames sent by the first host are copied, on the source side and on the destination side alike.
  private func expect(
    _ criterion: String, copies expected: [Int], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try withSwitchLab(hosts: 2) { lab in
      let (left, right) = (try lab.addWire("mon1"), try lab.addWire("mon2"))
      try MirrorCommand(in: lab.sw).apply(
        profile(
          "{name: m1, bridge: br0, select_src_port: tap1, \(criterion), output_port: mon1}",
          "{name: m2, bridge: br0, select_dst_port: tap2, \(criterion), output_port: mon2}"),
        sourceLocation: sourceLocation)
      let captures = [try lab.capture(wire: "mon1", to: left), try lab.capture(wire: "mon2", to: right)]
      let guest = try lab.capture(at: 2)
      for frame in Self.sent { try lab.send(frame, from: 1) }
      for (capture, side) in zip(captures, ["source", "destination"]) {
        #expect(try capture.drain() == expected.map { Self.sent[$0] }, "\(side) side", sourceLocation: sourceLocation)
      }
      #expect(try guest.drain() == Self.sent, "S15: originals", sourceLocation: sourceLocation)
    }
  }
}
