import Testing

/// S40: frames that others keep from the filters of a mirror are no secret.
@Suite("Never active and blind", .anyKernel)
struct SmallKernelReachTests {
  /// Filters of clsact: programs would not be blind.
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: tap1, hook: clsact, output_port: mon0}")
  private static let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1))

  /// What a shaper does: every frame goes to another device.
  private static func redirect(_ preference: Int) -> String {
    "filter add dev tap1 ingress pref \(preference) protocol all u32 match u32 0 0 action mirred egress redirect dev shaper"
  }

  private func withLab(_ body: (SwitchLab, _ analyser: Capture, _ shaped: Capture) throws -> Void) throws {
    try withSwitchLab(hosts: 3) { lab in
      let analyser = try lab.capture(wire: "mon0", to: lab.addWire("mon0"))
      try body(lab, analyser, lab.capture(wire: "shaper", to: lab.addWire("shaper")))
    }
  }

  @Test("S36, S40: before a filter that redirects every frame there is room: both have each frame")
  func room() throws {
    try withLab { lab, analyser, shaped in
      try lab.sw.tc("qdisc add dev tap1 clsact", Self.redirect(10))
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror)
      #expect(try KernelDump(of: lab.sw).lines(with: "filter tap1 ingress").contains { $0.contains("pref 9 ") })
      #expect(try mirrorctl.status("m0").state == "active")
      try lab.send(Self.frame, from: 1)
      #expect(try analyser.drain() == [Self.frame])
      #expect(try shaped.drain() == [Self.frame])
    }
  }

  @Test("S40: where there is no room, plan and status say so, and no more when the filter is gone")
  func noRoom() throws {
    try withLab { lab, analyser, _ in
      try lab.sw.tc("qdisc add dev tap1 clsact", Self.redirect(1))
      let mirrorctl = MirrorCommand(in: lab.sw)
      let reason = "the u32 filter of another tool with preference 1 at tap1 ingress takes every frame before"
      let plan = try mirrorctl.run("plan", "-f", "-", profile: Self.mirror)
      #expect(plan.text.contains(reason) || plan.errorText.contains(reason), "\(plan)")
      try mirrorctl.applyWithWarnings(Self.mirror)
      var status = try mirrorctl.status("m0")
      #expect(status.state == "degraded" && status.reasons.first?.hasPrefix(reason) == true, "\(status)")
      #expect(try mirrorctl.run("metrics").text.contains(reason))
      try lab.send(Self.frame, from: 1)
      #expect(try analyser.drain().isEmpty)
      try lab.sw.tc("filter del dev tap1 ingress pref 1")
      status = try mirrorctl.status("m0")
      #expect(status.state == "active" && status.reasons.isEmpty, "\(status)")
      try lab.send(Self.frame, from: 1)
      #expect(try analyser.drain() == [Self.frame])
    }
  }

  @Test(
    "'order: last': what another tool drops is not copied, whenever its filter has come, with a preference or without one"
  )
  func last() throws {
    try withLab { lab, analyser, _ in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let drop = "filter add dev tap1 ingress protocol 0x88b6 bpf da bytecode '1,6 0 0 2'"
      let dropped = Frame(to: SwitchLab.address(2), from: SwitchLab.address(1), type: 0x88b6, payload: [1, 2, 3, 4])
      func expect(_ copies: [Frame], _ moment: String) throws {
        for frame in [dropped, Self.frame] { try lab.send(frame, from: 1) }
        #expect(try analyser.drain().map(\.type) == copies.map(\.type), "\(moment)")
      }
      let last = Self.mirror.replacing("hook: clsact", with: "order: last")
      try mirrorctl.apply(last)
      try expect([dropped, Self.frame], "nothing is dropped")
      try lab.sw.tc(drop)
      try expect([Self.frame], "a filter without a preference")
      try mirrorctl.apply(Self.mirror)
      try expect([dropped, Self.frame], "the usual order")
      let service = try RunningService(in: lab.sw, last)
      try expect([Self.frame], "the other order again")
      try lab.sw.tc("filter del dev tap1 ingress pref 49152", drop.replacing("protocol", with: "pref 50000 protocol"))
      try service.reload()
      try expect([Self.frame], "a preference behind ours")
      try service.end()
      #expect(try mirrorctl.status("m0").state == "active")
    }
  }

  @Test("S40: a filter for some frames is noted, and the mirror is active")
  func someFrames() throws {
    try withLab { lab, analyser, _ in
      let drop = "filter add dev tap1 ingress pref 1 protocol 0x88b5 u32 match u32 0 0 flowid 1:1"
      try lab.sw.tc("qdisc add dev tap1 clsact", drop)
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror)
      let status = try mirrorctl.status("m0")
      #expect(
        status.state == "active" && status.notes.contains { $0.contains("preference 1 at tap1 ingress") }, "\(status)")
      try lab.send(Self.frame, from: 1)
      #expect(try analyser.drain() == [Self.frame])
    }
  }

  @Test("S40: the service goes before a filter that comes later, and tells of one that it cannot go before")
  func later() throws {
    try withLab { lab, analyser, shaped in
      let service = try RunningService(in: lab.sw, Self.mirror)
      try lab.sw.tc(Self.redirect(10))
      try service.wait(for: "our filter to go before the other") {
        try KernelDump(of: lab.sw).lines(with: "filter tap1 ingress").contains { $0.contains("pref 9 ") }
      }
      try lab.send(Self.frame, from: 1)
      #expect(try analyser.drain() == [Self.frame])
      #expect(try shaped.drain() == [Self.frame])
      try lab.sw.tc("filter del dev tap1 ingress pref 10", Self.redirect(1))
      try service.wait(for: "the service to tell of it") { try service.told().last?.contains("degraded") == true }
      #expect(try service.awaitState("degraded").reasons.first?.contains("preference 1 at tap1 ingress") == true)
      #expect(service.log.contains("preference 1 at tap1 ingress"), "\(service.log)")
      try lab.sw.tc("filter del dev tap1 ingress pref 1")
      try service.awaitState("active")
      try lab.send(Self.frame, from: 1)
      #expect(try analyser.drain() == [Self.frame])
    }
  }

  @Test("S40: a tcx program that keeps the frames makes the mirror degraded as long as it is there")
  func tcx() throws {
    try withLab { lab, analyser, _ in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror)
      guard let program = try TCXAttachment("guard", returning: 0, at: "tap1", .ingress, in: lab.sw) else {
        try Test.cancel("this kernel lacks tcx")
      }
      try lab.send(Self.frame, from: 1)
      #expect(try analyser.drain().isEmpty)
      let status = try mirrorctl.status("m0")
      let reason = try #require(status.reasons.first)
      #expect(
        reason.hasPrefix("a tcx program (id ") && reason.contains(", guard) runs before the filters at tap1 ingress"))
      #expect(status.state == "degraded" && status.reasons.count == 1, "\(status)")
      try program.detach()
      #expect(try mirrorctl.status("m0").state == "active")
      try lab.send(Self.frame, from: 1)
      #expect(try analyser.drain() == [Self.frame])
    }
  }

  @Test("S40: the service sees a tcx program when it looks at everything")
  func tcxLater() throws {
    try withLab { lab, _, _ in
      let service = try RunningService(in: lab.sw, Self.mirror)
      guard let program = try TCXAttachment("guard", returning: 0, at: "tap1", .ingress, in: lab.sw) else {
        try Test.cancel("this kernel lacks tcx")
      }
      try service.reload()
      #expect(service.log.contains(", guard) runs before the filters at tap1 ingress"), "\(service.log)")
      try program.detach()
      try service.reload()
      #expect(try service.told().last?.contains("degraded") == false)
    }
  }
}
