import Testing

/// S4: ports by name, by pattern and by alternative name, present or not.
@Suite("Port names", .oneKernel)
struct SmallKernelPortNameTests {
  @Test("S4: a pattern selects by name")
  func pattern() throws {
    try withSwitchLab(hosts: 3) { lab in
      let end = try lab.addWire("mon0")
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m0, bridge: br0, select_src_port: \"tap[12]\", output_port: mon0}"))
      let analyser = try lab.capture(wire: "mon0", to: end)
      let frames = (1...3).map { Frame.udp(UInt16($0), to: .broadcast, from: SwitchLab.address($0)) }
      for (number, frame) in zip(1..., frames) { try lab.send(frame, from: number) }
      #expect(try analyser.drain() == Array(frames.prefix(2)))
    }
  }

  @Test("S4: a pattern selects by alternative name, longer than a name may be")
  func alternativeName() throws {
    try withSwitchLab(hosts: 3) { lab in
      try lab.sw.ip("link property add dev tap1 altname guest-with-a-long-name-1")
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m0, bridge: br0, select_src_port: \"guest-with-*\", output_port: tap3}"))
      let analyser = try lab.capture(at: 3)
      let frames = (1...2).map { Frame.udp(UInt16($0), to: .broadcast, from: SwitchLab.address($0)) }
      for (number, frame) in zip(1..., frames) { try lab.send(frame, from: number) }
      #expect(try analyser.drain() == [frames[0]])
    }
  }

  @Test("S4: a named port that is missing degrades the mirror, and the other ports are mirrored")
  func missingPort() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let text = profile("{name: m0, bridge: br0, select_src_port: [tap1, tap9], output_port: tap3}")
      try mirrorctl.applyWithWarnings(text)
      let before = try mirrorctl.status("m0")
      #expect(before.state == "degraded")
      #expect(before.reasons.contains { $0.contains("tap9") }, "\(before.reasons)")
      let analyser = try lab.capture(at: 3)
      let frame = Frame.udp(1, to: .broadcast, from: SwitchLab.address(1))
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame])

      try lab.sw.ip("link set dev tap2 down", "link set dev tap2 name tap9", "link set dev tap9 up")
      try lab.sw.awaitForwarding()
      try mirrorctl.apply(text)
      #expect(try mirrorctl.status("m0").state == "active")
      let late = Frame.udp(2, to: .broadcast, from: SwitchLab.address(2))
      try lab.send(late, from: 2)
      #expect(try analyser.drain() == [late])
    }
  }

  @Test("S4: a port that is made again under its name is mirrored again")
  func recreatedPort() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let text = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}")
      try mirrorctl.apply(text)
      try lab.sw.ip(
        "link delete dev tap1", "link add tap1 type veth peer name eth0 netns \(lab.host(1))",
        "link set dev tap1 master br0 up")
      try lab.host(1).ip("link set dev eth0 up")
      try lab.sw.awaitForwarding()
      try mirrorctl.apply(text)
      let analyser = try lab.capture(at: 3)
      let frame = Frame.udp(1, to: .broadcast, from: SwitchLab.address(1))
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame])
    }
  }
}
