import Testing

/// S20 and S22: outputs that are no bridge ports, several of them, and outputs that are not ready.
@Suite("Output ports", .anyKernel)
struct SmallKernelOutputTests {
  private let frame = Frame.udp(1, to: .broadcast, from: SwitchLab.address(1))

  @Test("S21: an output outside the bridge gets the copies, and nothing else about it changes")
  func outsideBridge() throws {
    try withSwitchLab(hosts: 2) { lab in
      let end = try lab.addWire("mon0")
      let before = try KernelDump(of: lab.sw).lines(with: "link mon0 ")
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}"))
      let analyser = try lab.capture(wire: "mon0", to: end)
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame])
      #expect(try KernelDump(of: lab.sw).lines(with: "link mon0 ") == before)
      let status = try mirrorctl.status("m0")
      #expect(status.state == "active")
      #expect(status.outputs.map(\.interface) == ["mon0"])
      #expect(status.sources.map(\.interface) == ["tap1"])
    }
  }

  @Test("S20: each of several outputs gets a copy, and one that is down starves no other", arguments: ["mon0", "mon1"])
  func severalOutputs(down: String) throws {
    try withSwitchLab(hosts: 2) { lab in
      let ends = ["mon0": try lab.addWire("mon0"), "mon1": try lab.addWire("mon1")]
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: [mon0, mon1]}"))
      let analysers = try ends.map { (name: $0.key, capture: try lab.capture(wire: $0.key, to: $0.value)) }
      try lab.send(frame, from: 1)
      for analyser in analysers { #expect(try analyser.capture.drain() == [frame], "\(analyser.name)") }

      try lab.sw.ip("link set dev \(down) down")
      try lab.send(frame, from: 1)
      for analyser in analysers where analyser.name != down {
        #expect(try analyser.capture.drain() == [frame], "\(analyser.name)")
      }
      let status = try mirrorctl.status("m0")
      #expect(status.state == "degraded")
      #expect(status.reasons.contains { $0.contains(down) }, "\(status.reasons)")
    }
  }

  @Test("S22: an output that is down degrades the mirror; its copies count as dropped; it heals when it is up again")
  func outputDown() throws {
    try withSwitchLab(hosts: 2) { lab in
      let end = try lab.addWire("mon0")
      let guest = try lab.capture(at: 2)
      try lab.sw.ip("link set dev mon0 down")
      let mirrorctl = MirrorCommand(in: lab.sw)
      let text = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}")
      try mirrorctl.applyWithWarnings(text)
      try lab.send(frame, from: 1)
      #expect(try guest.drain() == [frame], "the original goes its way")
      let degraded = try mirrorctl.status("m0")
      #expect(degraded.state == "degraded")
      #expect(degraded.reasons.contains { $0.contains("mon0") }, "\(degraded.reasons)")
      #expect(degraded.dropped == 1)
      #expect(degraded.packets == 0)

      try lab.sw.ip("link set dev mon0 up")
      try lab.sw.awaitForwarding()
      try mirrorctl.apply(text)
      #expect(try mirrorctl.status("m0").state == "active")
      let analyser = try lab.capture(wire: "mon0", to: end)
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame])
    }
  }

  @Test("S22: an output without carrier degrades the mirror")
  func outputWithoutCarrier() throws {
    try withSwitchLab(hosts: 2) { lab in
      let end = try lab.addWire("mon0")
      try end.ip("link set dev eth0 down")
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.applyWithWarnings(profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}"))
      #expect(try mirrorctl.status("m0").state == "degraded")
    }
  }

  @Test("S22: a missing output degrades the mirror, and is used once it is there")
  func outputMissing() throws {
    try withSwitchLab(hosts: 2) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let text = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}")
      try mirrorctl.applyWithWarnings(text)
      let status = try mirrorctl.status("m0")
      #expect(status.state == "degraded")
      #expect(status.reasons.contains { $0.contains("mon0") }, "\(status.reasons)")

      let end = try lab.addWire("mon0")
      try mirrorctl.apply(text)
      let analyser = try lab.capture(wire: "mon0", to: end)
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame])
    }
  }

  @Test("S22: an output that was made again under its name heals, counters kept")
  func outputRecreated() throws {
    try withSwitchLab(hosts: 2) { lab in
      let first = try lab.addWire("mon0")
      let mirrorctl = MirrorCommand(in: lab.sw)
      let text = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}")
      try mirrorctl.apply(text)
      try lab.send(frame, from: 1)
      _ = try lab.capture(wire: "mon0", to: first).drain()
      #expect(try mirrorctl.status("m0").packets == 1)
      try lab.sw.ip("link delete dev mon0")
      #expect(try mirrorctl.status("m0").state == "degraded")

      let end = try lab.topology.makeNamespaces(["again"])[0]
      try lab.sw.ip("link add mon0 type veth peer name eth0 netns \(end)", "link set dev mon0 up")
      try end.ip("link set dev eth0 up")
      try lab.sw.awaitForwarding()
      try mirrorctl.apply(text)
      let analyser = try lab.capture(wire: "mon0", to: end)
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame])
      #expect(try mirrorctl.status("m0").packets == 2, "S32: counters survive a change of the output")
    }
  }
}
