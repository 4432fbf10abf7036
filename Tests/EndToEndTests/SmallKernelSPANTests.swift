import Testing

/// Selection by ports, the copies going to a port: the first laboratory and what lies near it.
@Suite("SPAN", .anyKernel)
struct SmallKernelSPANTests {
  @Test("lab 1, S1: towards ns1 only: echo replies and ARP, never requests, and nothing before")
  func destinationSide() throws {
    try withSwitchLab(hosts: 3) { lab in
      try lab.ping(from: 1, to: 2)
      let analyser = try lab.capture(at: 3)
      try lab.ping(from: 1, to: 2)
      #expect(try analyser.drain().isEmpty, "no copy before the mirror is applied")

      let mirrorctl = MirrorCommand(in: lab.sw)
      let output = try mirrorctl.run("apply", "-f", examplePath("span"))
      try #require(output.status == 0, "\(output)")
      try lab.ping(from: 1, to: 2)
      #expect(try analyser.drain().kinds == ["reply", "reply"])

      let question = Frame.arpRequest(for: SwitchLab.ip(1), from: SwitchLab.address(2), SwitchLab.ip(2))
      try lab.send(question, from: 2)
      #expect(try analyser.drain() == [question])
    }
  }

  @Test("S1: source side: what enters the switch by the port")
  func sourceSide() throws {
    try withSwitchLab(hosts: 3) { lab in
      try lab.ping(from: 1, to: 2)
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}"))
      let (analyser, guest) = (try lab.capture(at: 3), try lab.capture(at: 2))
      try lab.ping(from: 1, to: 2)
      let copies = try analyser.drain()
      #expect(copies.kinds == ["request", "request"])
      #expect(try guest.drain() == copies, "S15: the originals are what the copies are")
    }
  }

  @Test("S8: both sides of a port: each frame of a conversation once")
  func bothSides() throws {
    try withSwitchLab(hosts: 3) { lab in
      try lab.ping(from: 1, to: 2)
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m0, bridge: br0, select_src_port: tap1, select_dst_port: tap1, output_port: tap3}"))
      let analyser = try lab.capture(at: 3)
      try lab.ping(from: 1, to: 2)
      #expect(try analyser.drain().kinds == ["request", "reply", "request", "reply"])
    }
  }

  @Test("S8: without a bridge every interface stands for itself")
  func withoutBridge() throws {
    try withSwitchLab(hosts: 2) { lab in
      try lab.ping(from: 1, to: 2)
      let end = try lab.addWire("mon0")
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m0, select_src_port: tap1, select_dst_port: tap2, output_port: mon0}"))
      let analyser = try lab.capture(wire: "mon0", to: end)
      try lab.ping(from: 1, to: 2, count: 1)
      #expect(try analyser.drain().kinds == ["request", "request"])
    }
  }

  @Test("S2: select_all: every frame once, the host's own too; a port that joins is mirrored, one that leaves is not")
  func selectAll() throws {
    try withSwitchLab(hosts: 4) { lab in
      try lab.sw.ip("addr add 10.10.10.1/24 dev br0")
      try lab.sw.ip("link set dev tap3 nomaster")
      let everything = profile("{name: m0, bridge: br0, select_all: true, output_port: tap4}")
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(everything)
      let analyser = try lab.capture(at: 4)

      try lab.ping(from: 1, to: 2, count: 1)
      #expect(try analyser.drain().kinds == ["arp", "arp", "request", "reply"], "between two ports")
      try SwitchLab.ping(SwitchLab.ip(1).description, from: lab.sw, count: 1)
      let own = try analyser.drain().kinds
      #expect(own.filter { $0 != "arp" } == ["request", "reply"], "between the host and a port")

      try lab.sw.ip("link set dev tap3 master br0", "link set dev tap2 nomaster")
      try lab.sw.awaitForwarding()
      try mirrorctl.apply(everything)
      let greeting = Frame.udp(1, to: .broadcast, from: SwitchLab.address(3))
      try lab.send(greeting, from: 3)
      try lab.send(.udp(2, to: .broadcast, from: SwitchLab.address(2)), from: 2)
      #expect(try analyser.drain() == [greeting])
    }
  }

  @Test("S3: no port selected mirrors nothing, and reserves its output all the same")
  func emptySelection() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m0, bridge: br0, output_port: tap3}"))
      let (analyser, guest) = (try lab.capture(at: 3), try lab.capture(at: 2))
      try lab.ping(from: 1, to: 2)
      #expect(try analyser.drain().isEmpty, "neither copies nor flooded frames")
      _ = try guest.drain()
      try lab.send(.udp(1, to: .broadcast, from: SwitchLab.address(3)), from: 3)
      #expect(try guest.drain().isEmpty, "nothing enters by the output")
      #expect(try mirrorctl.status("m0").packets == 0)
    }
  }

  @Test("S7, S13: control frames that the bridge would keep, and tagged frames, are copied as they are on the wire")
  func controlFrames() throws {
    try withSwitchLab(hosts: 3) { lab in
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}"))
      let analyser = try lab.capture(at: 3)
      let guest = SwitchLab.address(1)
      let sent = [
        Frame.udp(1, to: HardwareAddress(octets: [0x01, 0x80, 0xc2, 0, 0, 0]), from: guest),
        Frame.udp(2, to: HardwareAddress(octets: [0x01, 0x80, 0xc2, 0, 0, 0x0e]), from: guest),
        Frame.udp(3, to: SwitchLab.address(2), from: guest).tagged(10, priority: 5),
        Frame.udp(4, to: SwitchLab.address(2), from: guest).with(tags: [.init(vlan: 5, type: 0x88a8), .init(vlan: 6)]),
        Frame.udp(5, to: guest, from: guest),
      ]
      for frame in sent { try lab.send(frame, from: 1) }
      #expect(try analyser.drain() == sent)
    }
  }
}
