import Testing

/// S12: frames to groups that leave by several destination ports.
///
///     tap1 … tap4  ports of br0        mon0  the output, no port of br0
@Suite("Frames to groups", .fullKernel)
struct GroupFrameTests {
  private static let multicast = HardwareAddress(octets: [0x01, 0x00, 0x5e, 1, 2, 3])
  private static let groups = [HardwareAddress.broadcast, multicast]

  /// - Parameter set: lines for bridge(8) before the mirror is applied.
  private func withMirror(
    _ mirrors: String..., bridge options: String = "", set lines: [String] = [],
    body: (SwitchLab, Capture) throws -> Void
  ) throws {
    try withSwitchLab(hosts: 4, bridge: options) { lab in
      for line in lines { try lab.sw.bridge(line) }
      let end = try lab.addWire("mon0")
      let text = mirrors.enumerated().map { "{name: m\($0), bridge: br0, \($1), output_port: mon0}" }
      try MirrorCommand(in: lab.sw).apply(profile(mirrors: text))
      try body(lab, lab.capture(wire: "mon0", to: end))
    }
  }

  private func expectOne(_ lab: SwitchLab, _ analyser: Capture, to groups: [HardwareAddress] = groups) throws {
    for port in 1...4 {
      for address in groups {
        let frame = Frame.udp(UInt16(port), to: address, from: SwitchLab.address(port))
        try lab.send(frame, from: port)
        #expect(try analyser.drain() == [frame], "from host \(port) to \(address)")
      }
    }
  }

  @Test("S12: a frame that leaves by several destination ports is copied once, whatever port it came in by")
  func once() throws {
    try withMirror("select_dst_port: [tap1, tap2, tap3]") { lab, analyser in
      try expectOne(lab, analyser)
      let frame = Frame.udp(9, to: .broadcast, from: HardwareAddress(2, 0))
      try FrameSocket("br0", in: lab.sw).send(frame)
      #expect(try analyser.drain() == [frame], "from the host of the switch")
    }
  }

  @Test("S12, S9: one from a source port is not copied again where it leaves")
  func fromSource() throws {
    try withMirror("select_src_port: tap1, select_dst_port: [tap2, tap3]") { lab, analyser in
      try expectOne(lab, analyser)
    }
  }

  @Test("S12, S10: nor by another mirror with the same destination, or where the host receives it")
  func severalMirrors() throws {
    try withMirror("select_dst_port: [tap1, tap3]", "select_dst_port: [tap2, tap3, br0]") { lab, analyser in
      try expectOne(lab, analyser)
    }
  }

  @Test("S12: with multicast snooping nobody knows where a multicast goes: none is lost, a broadcast is copied once")
  func snooping() throws {
    try withMirror("select_dst_port: [tap1, tap2, tap3]", bridge: "mcast_snooping 1") { lab, analyser in
      try expectOne(lab, analyser, to: [.broadcast])
      let frame = Frame.udp(5, to: Self.multicast, from: SwitchLab.address(4))
      try lab.send(frame, from: 4)
      #expect(try analyser.drain() == [frame, frame, frame])
    }
  }

  @Test(
    "S12: a port that floods do not reach loses no copy of what reaches others",
    arguments: [
      "link set dev tap1 bcast_flood off mcast_flood off", "link set dev tap1 neigh_suppress on",
    ])
  func unfloodedPort(setting: String) throws {
    try withMirror("select_dst_port: [tap1, tap2]", set: [setting]) { lab, analyser in
      let frame = Frame.udp(5, to: .broadcast, from: SwitchLab.address(4))
      try lab.send(frame, from: 4)
      #expect(try analyser.drain().contains(frame))
    }
  }

  @Test(
    "S12: where broadcasts or multicasts leave by some of the ports only, each is copied once",
    arguments: [
      ["tap1 bcast_flood off"], ["tap1 bcast_flood off", "tap2 bcast_flood off"],
      ["tap1 mcast_flood off", "tap2 bcast_flood off"],
    ])
  func partlyFloodedPorts(settings: [String]) throws {
    let lines = settings.map { "link set dev \($0)" }
    try withMirror("select_dst_port: [tap1, tap2, tap3, tap4]", set: lines) { try expectOne($0, $1) }
  }

  @Test("S12: isolated ports send nothing to each other")
  func isolation() throws {
    let settings = ["link set dev tap1 isolated on", "link set dev tap4 isolated on"]
    try withMirror("select_dst_port: [tap1, tap2]", set: settings) { lab, analyser in
      for port in 3...4 {
        let frame = Frame.udp(5, to: .broadcast, from: SwitchLab.address(port))
        try lab.send(frame, from: port)
        #expect(try analyser.drain() == [frame], "from host \(port)")
      }
    }
  }

  @Test("S12, S5: ports that carry different VLANs take care of the frames of theirs")
  func differentVLANs() throws {
    let vlans = [
      "vlan add dev tap1 vid 10", "vlan add dev tap2 vid 10", "vlan add dev tap2 vid 20", "vlan add dev tap3 vid 20",
      "vlan add dev tap4 vid 10", "vlan add dev tap4 vid 20",
    ]
    try withMirror(
      "select_dst_port: [tap1, tap2, tap3]", bridge: "vlan_filtering 1 vlan_default_pvid 0", set: vlans
    ) { lab, analyser in
      for vlan in [UInt16(10), 20] {
        for address in Self.groups {
          let frame = Frame.udp(vlan, to: address, from: SwitchLab.address(4)).tagged(vlan)
          try lab.send(frame, from: 4)
          #expect(try analyser.drain() == [frame], "VLAN \(vlan)")
        }
      }
    }
  }

  @Test("S1, S9: where a source copies one VLAN only, the others are copied where they leave")
  func partlyCopied() throws {
    let vlans = (1...4).flatMap { port in [10, 20].map { "vlan add dev tap\(port) vid \($0)" } }
    try withMirror(
      "select_src_port: tap1, select_vlan: 10", "select_dst_port: [tap2, tap3]",
      bridge: "vlan_filtering 1 vlan_default_pvid 0", set: vlans
    ) { lab, analyser in
      for port in [1, 4] {
        for vlan in [UInt16(10), 20] {
          let frame = Frame.udp(vlan, to: .broadcast, from: SwitchLab.address(port)).tagged(vlan, priority: 3)
          try lab.send(frame, from: port)
          #expect(try analyser.drain() == [frame], "VLAN \(vlan) from host \(port)")
        }
      }
    }
  }

  @Test("S6, S9, S10: filters of mirrors with one destination overlap, and every frame is copied once")
  func overlappingFilters() throws {
    try withMirror(
      "select_src_port: tap1, filter: \"udp src port 1 or udp src port 2\"",
      "select_dst_port: [tap2, tap3], filter: \"udp src port 2 or udp src port 3\""
    ) { lab, analyser in
      for number in UInt16(1)...4 {
        let frame = Frame.udp(number, to: .broadcast, from: SwitchLab.address(1))
        try lab.send(frame, from: 1)
        #expect(try analyser.drain() == (number < 4 ? [frame] : []), "port \(number)")
      }
    }
  }
}
