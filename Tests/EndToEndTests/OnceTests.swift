import Testing

/// S8 to S12: one copy of a frame for each destination, whatever number of ports, sides or mirrors select it.
@Suite("Once per frame", .fullKernel)
struct OnceTests {
  /// Four hosts that know each other, and an analyser behind `mon0`.
  private func withAnalyser(
    _ mirrors: String..., body: (SwitchLab, Capture) throws -> Void
  ) throws {
    try withSwitchLab(hosts: 4) { lab in
      try lab.sw.ip("addr add 10.10.10.1/24 dev br0")
      for host in 2...4 { try lab.ping(from: 1, to: host, count: 1) }
      for host in [2, 4] { try lab.ping(from: 3, to: host, count: 1) }
      for host in 1...3 { try SwitchLab.ping(SwitchLab.ip(host).description, from: lab.sw, count: 1) }
      let end = try lab.addWire("mon0")
      let entries = mirrors.joined(separator: "\n  - ")
      try MirrorCommand(in: lab.sw).apply(profile(entries))
      try body(lab, lab.capture(wire: "mon0", to: end))
    }
  }

  @Test("S9: the destination side leaves out what the source side has copied, and nothing else")
  func uncoveredPorts() throws {
    try withAnalyser(
      "{name: m0, bridge: br0, select_src_port: tap1, select_dst_port: [tap1, tap2], output_port: mon0}"
    ) { lab, analyser in
      try lab.ping(from: 1, to: 2)
      #expect(try analyser.drain().kinds == ["request", "reply", "request", "reply"], "both ends selected")
      try lab.ping(from: 3, to: 2)
      #expect(try analyser.drain().kinds == ["request", "request"], "only what leaves by tap2")
      try lab.ping(from: 1, to: 3)
      #expect(try analyser.drain().kinds == ["request", "reply", "request", "reply"], "in by tap1, out by tap1")
      try lab.ping(from: 3, to: 4)
      #expect(try analyser.drain() == [])
    }
  }

  @Test("S9: frames of the host itself have no ingress port, and are copied where they leave")
  func hostFrames() throws {
    try withAnalyser(
      "{name: m0, bridge: br0, select_src_port: [tap1, tap2], select_dst_port: [tap1, tap2], output_port: mon0}"
    ) { lab, analyser in
      try SwitchLab.ping(SwitchLab.ip(1).description, from: lab.sw)
      #expect(try analyser.drain().kinds == ["request", "reply", "request", "reply"])
      try lab.ping(from: 1, to: 2)
      #expect(try analyser.drain().kinds == ["request", "reply", "request", "reply"])
      try lab.ping(from: 3, to: 2)
      #expect(try analyser.drain().kinds == ["request", "reply", "request", "reply"])
    }
  }

  @Test("S8: the bridge device as a port: its sides are the host's")
  func bridgeDevice() throws {
    try withAnalyser(
      "{name: m0, bridge: br0, select_src_port: br0, output_port: mon0}"
    ) { lab, analyser in
      try SwitchLab.ping(SwitchLab.ip(1).description, from: lab.sw)
      #expect(try analyser.drain().kinds == ["request", "request"])
      try lab.ping(from: 1, to: 2)
      #expect(try analyser.drain() == [])
    }
    try withAnalyser(
      "{name: m0, bridge: br0, select_dst_port: br0, output_port: mon0}"
    ) { lab, analyser in
      try SwitchLab.ping(SwitchLab.ip(1).description, from: lab.sw)
      #expect(try analyser.drain().kinds == ["reply", "reply"])
      try lab.ping(from: 1, to: 2)
      #expect(try analyser.drain() == [])
    }
  }

  @Test("S10: two mirrors with one destination: a frame that both select arrives once")
  func oneDestination() throws {
    try withAnalyser(
      "{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}",
      "{name: m1, bridge: br0, select_dst_port: tap2, output_port: mon0}"
    ) { lab, analyser in
      try lab.ping(from: 1, to: 2)
      #expect(try analyser.drain().kinds == ["request", "request"], "selected by both")
      try lab.ping(from: 1, to: 3)
      #expect(try analyser.drain().kinds == ["request", "request"], "selected by the first")
      try lab.ping(from: 3, to: 2)
      #expect(try analyser.drain().kinds == ["request", "request"], "selected by the second")
    }
  }

  @Test("S10: also where both select the same side")
  func oneDestinationOneSide() throws {
    try withAnalyser(
      "{name: m0, bridge: br0, select_src_port: [tap1, tap2], output_port: mon0}",
      "{name: m1, bridge: br0, select_src_port: [tap2, tap3], output_port: mon0}"
    ) { lab, analyser in
      for port in 1...3 {
        let frame = Frame.udp(UInt16(port), to: .broadcast, from: SwitchLab.address(port))
        try lab.send(frame, from: port)
        #expect(try analyser.drain() == [frame], "from host \(port)")
      }
    }
  }

  @Test("S11: different destinations are independent")
  func twoDestinations() throws {
    try withSwitchLab(hosts: 2) { lab in
      try lab.ping(from: 1, to: 2)
      let ends = [try lab.addWire("mon0"), try lab.addWire("mon1")]
      try MirrorCommand(in: lab.sw).apply(
        profile(
          "{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}",
          "{name: m1, bridge: br0, select_dst_port: tap2, output_port: mon1}"))
      let captures = [try lab.capture(wire: "mon0", to: ends[0]), try lab.capture(wire: "mon1", to: ends[1])]
      try lab.ping(from: 1, to: 2)
      for capture in captures { #expect(try capture.drain().kinds == ["request", "request"]) }
    }
  }

  @Test("S8: what one mirror sends into a VLAN is not copied again by another where it leaves")
  func noCopiesOfCopies() throws {
    try withSwitchLab(hosts: 3, bridge: "vlan_filtering 1 vlan_default_pvid 0") { lab in
      try lab.sw.bridge(
        "vlan add dev tap1 vid 10 pvid untagged", "vlan add dev tap2 vid 10", "vlan add dev tap2 vid 20")
      let end = try lab.addWire("mon0")
      for select in ["", ", select_vlan: 10", ", view: switch"] {
        try MirrorCommand(in: lab.sw).apply(
          profile(
            "{name: m0, bridge: br0, select_all: true, output_vlan: 20}",
            "{name: m1, bridge: br0, select_dst_port: tap2, output_port: mon0\(select)}"))
        let (analyser, trunk) = (try lab.capture(wire: "mon0", to: end), try lab.capture(at: 2))
        let frame = Frame.udp(1, to: .broadcast, from: SwitchLab.address(1))
        try lab.send(frame, from: 1)
        #expect(try Set(trunk.drain().map(\.bytes)) == Set([frame.tagged(10), frame.tagged(20)].map(\.bytes)))
        #expect(try analyser.drain() == [frame.tagged(10)])
        let broadcast = Frame.udp(2, to: .broadcast, from: HardwareAddress(2, 0)).tagged(10)
        try FrameSocket("br0", in: lab.sw).send(broadcast)
        #expect(try analyser.drain() == [], "the bridge device carries no VLAN")
      }
    }
  }
}
