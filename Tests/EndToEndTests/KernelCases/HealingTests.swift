import Testing

/// Interfaces that go and come back: status says what is wrong, and the mirror heals by itself or by another apply.
@Suite("Kernel cases: interfaces that go", .fullKernel)
struct HealingTests {
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: up0}")
  private static let frame = Frame.udp(1, to: .broadcast, from: SwitchLab.address(1))

  private func expectCopy(_ lab: UnderlayLab, _ moment: Comment) throws {
    let collector = try lab.capture()
    try lab.first.send(Self.frame, from: 1)
    #expect(try collector.drain() == [Self.frame], moment)
    #expect(try lab.mirrorctl.status("m0").state == "active", moment)
  }

  @Test("S22: the output loses its carrier and has it again: degraded meanwhile, and no apply is needed")
  func carrier() throws {
    try withUnderlayLab { lab in
      try lab.mirrorctl.apply(Self.mirror)
      try expectCopy(lab, "before")
      try lab.far.ip("link set dev eth0 down")
      let degraded = try lab.mirrorctl.status("m0")
      #expect(degraded.reasons == ["output up0 has no carrier"])
      try lab.far.ip("link set dev eth0 up")
      try lab.sw.awaitForwarding()
      try expectCopy(lab, "after")
    }
  }

  @Test("S4: a source is deleted, and made again under its name: apply heals")
  func source() throws {
    try withUnderlayLab { lab in
      try lab.mirrorctl.apply(Self.mirror)
      try lab.sw.ip("link delete dev tap1")
      let degraded = try lab.mirrorctl.status("m0")
      #expect(degraded.state == "degraded" && degraded.reasons.contains("tap1 does not exist"), "\(degraded.reasons)")
      try lab.sw.ip(
        "link add tap1 type veth peer name eth0 netns \(lab.first.host(1))", "link set dev tap1 master br0 up")
      try lab.first.host(1).ip("link set dev eth0 up")
      try lab.sw.awaitForwarding()
      #expect(try lab.mirrorctl.status("m0").state == "degraded", "nothing is mirrored yet")
      try lab.mirrorctl.apply(Self.mirror)
      try expectCopy(lab, "made again")
    }
  }

  @Test(
    "an interface moves to another namespace and comes back: the name is missing meanwhile, apply heals",
    arguments: ["tap1", "up0"])
  func move(name: String) throws {
    try withUnderlayLab { lab in
      let elsewhere = try lab.first.topology.makeNamespaces(["elsewhere"])[0]
      try lab.mirrorctl.apply(Self.mirror)
      try expectCopy(lab, "before")
      try lab.sw.ip("link set dev \(name) netns \(elsewhere)")
      let degraded = try lab.mirrorctl.status("m0")
      #expect(degraded.state == "degraded")
      #expect(degraded.reasons.contains { $0.contains("\(name) does not exist") }, "\(degraded.reasons)")
      try lab.mirrorctl.applyWithWarnings(Self.mirror)
      try elsewhere.ip("link set dev \(name) netns \(lab.sw)")
      try lab.sw.ip("link set dev \(name) \(name == "tap1" ? "master br0 " : "")up")
      try lab.sw.awaitForwarding()
      try lab.mirrorctl.apply(Self.mirror)
      try expectCopy(lab, "back again")
      try lab.mirrorctl.clear()
      #expect(try KernelDump(of: lab.sw).lines(with: "clsact").isEmpty, "S37")
    }
  }

  @Test("S22, S28: the underlay of a tunnel moves away and comes back: degraded with the reason, healed by apply")
  func underlay() throws {
    try withUnderlayLab { lab in
      let kind = TunnelKind.gretaps[0]
      let elsewhere = try lab.first.topology.makeNamespaces(["elsewhere"])[0]
      try lab.addUnderlay("up0")
      let mirror = UnderlayLab.mirror(kind, .ingress, "device: up0")
      try lab.mirrorctl.apply(mirror)
      try lab.sw.ip("link set dev up0 netns \(elsewhere)")
      let degraded = try lab.mirrorctl.status("m3")
      #expect(degraded.reasons.contains("underlay up0 does not exist"), "\(degraded.reasons)")
      try elsewhere.ip("link set dev up0 netns \(lab.sw)")
      try lab.addUnderlay("up0")
      try lab.sw.awaitForwarding()
      try lab.mirrorctl.apply(mirror)
      #expect(try lab.copies(kind, at: lab.capture()).kinds == MirroredSide.ingress.tenFrames)
    }
  }
}
