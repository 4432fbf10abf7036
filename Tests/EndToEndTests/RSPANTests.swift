import Testing

/// S23 to S27: mirrors into a VLAN.
///
///     tap1  trunk: 10, 111     tap2  access, VLAN 10     tap3  trunk: 111     tap4  access, VLAN 111
@Suite("RSPAN", .fullKernel)
struct RSPANTests {
  private func withVLANs(_ body: (SwitchLab) throws -> Void) throws {
    try withSwitchLab(hosts: 4, bridge: "vlan_filtering 1 vlan_default_pvid 0") { lab in
      try lab.sw.bridge(
        "vlan add dev tap1 vid 10", "vlan add dev tap1 vid 111", "vlan add dev tap2 vid 10 pvid untagged",
        "vlan add dev tap3 vid 111", "vlan add dev tap4 vid 111 pvid untagged")
      try body(lab)
    }
  }

  private static let mirror = "{name: m1, bridge: br0, select_src_port: [tap1, tap2], output_vlan: 111}"
  private static let frame = Frame.udp(1, to: .broadcast, from: SwitchLab.address(1))

  @Test("S23, S24: to every port of the VLAN as its membership says; PCP kept; the original as it was; counted once")
  func membership() throws {
    try withVLANs { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile(Self.mirror))
      let captures = try (1...4).map { try lab.capture(at: $0) }
      let sent = Self.frame.tagged(10, priority: 5)
      try lab.send(sent, from: 1)
      let seen = try captures.map { try $0.drain() }
      #expect(seen[0] == [], "S26: not sent back")
      #expect(seen[1] == [sent.untagged], "the original alone")
      #expect(seen[2] == [sent.tagged(111, priority: 5)])
      #expect(seen[3] == [sent.untagged])
      let status = try mirrorctl.status("m1")
      #expect(status.packets == 1, "S32")
      #expect(status.dropped == 0)
    }
  }

  @Test("What has been sent ends on the stage's hook: the stage sends nothing, and nothing counts as dropped")
  func end() throws {
    try withVLANs { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile(Self.mirror))
      let capture = try lab.capture(at: 3)
      for _ in 0..<3 { try lab.send(Self.frame.tagged(10), from: 1) }
      #expect(try capture.drain().count == 3)
      let links = try JSONValue(text: Command(["ip", "-json", "-s", "link"], in: lab.sw).succeed()).elements ?? []
      let stages = links.filter { $0.text("ifname")?.hasPrefix("mcs") ?? false }
      #expect(stages.count == 2, "one for frames that came in by the trunk tap1, and one for the others")
      for stage in stages { #expect(stage["stats64"]?["tx"]?["packets"] == .integer(0)) }
      let qdiscs = try Command(["tc", "-s", "qdisc", "show"], in: lab.sw).succeed()
      #expect(!qdiscs.split(separator: "\n").contains { $0.contains("dropped") && !$0.contains("dropped 0,") })
      #expect(try mirrorctl.status("m1").packets == 3)
    }
  }

  @Test("S24: an untagged frame gets a tag; a service tag keeps its type")
  func tagTypes() throws {
    try withVLANs { lab in
      try MirrorCommand(in: lab.sw).apply(profile(Self.mirror))
      let capture = try lab.capture(at: 3)
      let plain = Frame.udp(2, to: .broadcast, from: SwitchLab.address(2))
      try lab.send(plain, from: 2)
      #expect(try capture.drain() == [plain.tagged(111)])
      let inner = Frame.Tag(vlan: 20, priority: 1)
      try lab.send(Self.frame.with(tags: [.init(vlan: 10, priority: 2), inner]), from: 1)
      #expect(try capture.drain() == [Self.frame.with(tags: [.init(vlan: 111, priority: 2), inner])])
    }
  }

  @Test("S24: keep_inner pushes an outer tag and loses nothing")
  func keepInner() throws {
    try withVLANs { lab in
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m1, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, keep_inner: true}}"))
      let (trunk, guest) = (try lab.capture(at: 3), try lab.capture(at: 2))
      try lab.send(Self.frame.tagged(10, priority: 5), from: 1)
      let copies = try trunk.drain()
      #expect(copies.map { $0.tags.map(\.vlan) } == [[111, 10]])
      #expect(copies.first?.tags.last == .init(vlan: 10, priority: 5))
      #expect(try guest.drain() == [Self.frame])
    }
  }

  @Test("S25: not copied: frames in the VLAN already, and frames that no bridge forwards")
  func notCopied() throws {
    try withVLANs { lab in
      try MirrorCommand(in: lab.sw).apply(profile(Self.mirror))
      let (trunk, guest) = (try lab.capture(at: 3), try lab.capture(at: 2))
      let already = Self.frame.tagged(111)
      try lab.send(already, from: 1)
      #expect(try trunk.drain() == [already], "the original, and it alone")
      let control = [
        [0x01, 0x80, 0xc2, 0, 0, 0], [0x01, 0x80, 0xc2, 0, 0, 0x0f], [0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc],
        [0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcd], [0x00, 0xe0, 0x2b, 0, 0, 0],
      ].map { HardwareAddress(octets: $0) }
      for address in control {
        try lab.send(Frame.udp(3, to: address, from: SwitchLab.address(1)).tagged(10), from: 1)
      }
      #expect(try trunk.drain() == [])
      _ = try guest.drain()
      let neighbour = Frame.udp(
        4, to: HardwareAddress(octets: [0x01, 0x80, 0xc2, 0, 0, 0x10]), from: SwitchLab.address(1))
      try lab.send(neighbour.tagged(10), from: 1)
      #expect(try trunk.drain() == [neighbour.tagged(111)], "the next address is an ordinary one")
    }
  }

  @Test("S26: reflect: true sends the copy back to the ingress port too")
  func reflect() throws {
    try withVLANs { lab in
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m1, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, reflect: true}}"))
      let captures = [try lab.capture(at: 1), try lab.capture(at: 3)]
      try lab.send(Self.frame.tagged(10), from: 1)
      for capture in captures { #expect(try capture.drain() == [Self.frame.tagged(111)]) }
    }
  }

  @Test("S26: not sent to an output port that another mirror reserves")
  func reservedPort() throws {
    try withVLANs { lab in
      try MirrorCommand(in: lab.sw).apply(
        profile(Self.mirror, "{name: m2, bridge: br0, select_src_port: tap4, output_port: tap3}"))
      let (reserved, access) = (try lab.capture(at: 3), try lab.capture(at: 4))
      try lab.send(Self.frame.tagged(10), from: 1)
      #expect(try reserved.drain() == [])
      #expect(try access.drain() == [Self.frame])
    }
  }

  @Test("S23: a bridge that knows no VLANs: every port but the ingress port, tagged; ports: restricts it")
  func unawareBridge() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m1, bridge: br0, select_src_port: tap1, output_vlan: 111}"))
      let captures = try (1...3).map { try lab.capture(at: $0) }
      try lab.send(Self.frame, from: 1)
      let copy = Self.frame.tagged(111)
      #expect(try captures[0].drain() == [])
      for capture in captures.dropFirst() { #expect(Set(try capture.drain()) == [Self.frame, copy]) }

      try mirrorctl.apply(
        profile("{name: m1, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, ports: [tap3]}}"))
      try lab.send(Self.frame, from: 1)
      #expect(try captures[1].drain() == [Self.frame])
      #expect(Set(try captures[2].drain()) == [Self.frame, copy])
    }
  }

  @Test("S23: without a bridge: from plain interfaces to the named ports")
  func plainInterfaces() throws {
    try withSwitchLab(hosts: 2) { lab in
      let end = try lab.addWire("mon0")
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m1, select_src_port: tap1, output_vlan: {id: 111, ports: [mon0]}}"))
      let capture = try lab.capture(wire: "mon0", to: end)
      try lab.send(Self.frame, from: 1)
      try lab.send(Self.frame.tagged(10, priority: 6), from: 1)
      #expect(try capture.drain() == [Self.frame.tagged(111), Self.frame.tagged(111, priority: 6)])
    }
  }
}
