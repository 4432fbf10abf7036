import Testing

/// S4, S36: what is taken away of a mirror is put back by the service, and nothing else is touched.
@Suite("Service: repair", .anyKernel)
struct SmallKernelRepairTests {
  private static let mirror = profile(
    "{name: m0, bridge: br0, select_src_port: tap1, select_dst_port: tap1, output_port: mon0}")

  /// Something done by hand, and how many steps undo it.
  struct Harm: Sendable, CustomTestStringConvertible {
    let commands: [String]
    let steps: [Int]

    var testDescription: String { commands.joined(separator: ", ") }

    init(_ commands: String..., steps: Int...) {
      self.commands = commands
      self.steps = steps
    }
  }

  /// A frame that enters by port 1 and one that leaves there arrive at the analyser once each.
  private func expectCopies(_ lab: SwitchLab, _ analyser: Capture, _ moment: Comment) throws {
    let frames = [(1, 2), (2, 1)].map { Frame.udp(7, to: SwitchLab.address($0.1), from: SwitchLab.address($0.0)) }
    for (number, frame) in zip(1..., frames) {
      try lab.send(frame, from: number)
      #expect(try analyser.drain() == [frame], moment)
    }
  }

  @Test(
    "S36: filters, hooks and actions of ours that somebody deletes; what is left goes on and keeps its counters",
    arguments: [
      Harm("filter del dev tap1 ingress", steps: 1), Harm("filter del dev tap1 egress", steps: 1),
      Harm("qdisc del dev tap1 clsact", steps: 3), Harm("qdisc replace dev tap1 clsact"),
      Harm("filter del dev tap1 ingress", "filter del dev tap1 egress", steps: 2),
    ])
  func taken(harm: Harm) throws {
    try withSwitchLab(hosts: 3) { lab in
      let analyser = try lab.capture(wire: "mon0", to: lab.addWire("mon0"))
      let service = try RunningService(in: lab.sw, Self.mirror)
      let before = try KernelDump(of: lab.sw)
      let repairs = service.repairs
      try expectCopies(lab, analyser, "before")
      try service.whileStopped {
        for command in harm.commands { try lab.sw.tc(command) }
      }
      try service.awaitSame(as: before)
      try expectCopies(lab, analyser, "after")
      #expect(try MirrorCommand(in: lab.sw).status("m0").packets == 4, "S32")
      try service.reload()
      #expect(service.repairs == repairs + harm.steps, "\(service.log)")
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("the records and other actions that no filter uses are flushed: they are written again, and copies go on")
  func flushed() throws {
    try withSwitchLab(hosts: 3) { lab in
      let analyser = try lab.capture(wire: "mon0", to: lab.addWire("mon0"))
      let service = try RunningService(in: lab.sw, Self.mirror)
      let before = try KernelDump(of: lab.sw)
      for kind in ["gact", "mirred"] {
        _ = try Command(["tc", "actions", "flush", "action", kind], in: lab.sw).run()
        try service.awaitSame(as: before)
        try expectCopies(lab, analyser, "after \(kind)")
      }
      #expect(try MirrorCommand(in: lab.sw).status("m0").packets == 4, "S32")
    }
  }

  @Test("an action and the filter that binds it are deleted")
  func action() throws {
    try withSwitchLab(hosts: 3) { lab in
      let analyser = try lab.capture(wire: "mon0", to: lab.addWire("mon0"))
      let service = try RunningService(in: lab.sw, Self.mirror)
      let before = try KernelDump(of: lab.sw)
      try service.whileStopped {
        try lab.sw.tc("filter del dev tap1 ingress")
        // The kernel lets go of the action a moment after the filter.
        try Deadline.after(.seconds(60)).wait(for: "the action to be free") {
          try Command(["tc", "actions", "del", "action", "mirred", "index", "\(0x5000_0010)"], in: lab.sw).run().status
            == 0
        }
      }
      try service.awaitSame(as: before)
      try expectCopies(lab, analyser, "after")
      try service.reload()
      #expect(service.repairs.last == 2, "\(service.log)")
    }
  }

  @Test("S36: another tool makes the hooks anew for itself: they are its own from then on, and stay when we go")
  func foreignHooks() throws {
    try withSwitchLab(hosts: 3) { lab in
      let analyser = try lab.capture(wire: "mon0", to: lab.addWire("mon0"))
      let service = try RunningService(in: lab.sw, Self.mirror)
      let before = try KernelDump(of: lab.sw)
      try service.whileStopped {
        try lab.sw.tc(
          "qdisc del dev tap1 clsact", "qdisc add dev tap1 clsact",
          "filter add dev tap1 ingress pref 40000 protocol all u32 match u32 0 0 flowid 1:1")
      }
      try service.reload()
      try expectCopies(lab, analyser, "after")
      let changes = try KernelDump(of: lab.sw).changes(since: before)
      #expect(changes.contains { $0.hasPrefix("- chain tap1 ingress") }, "our mark is not on it: \(changes)")
      try service.end()
      try MirrorCommand(in: lab.sw).clear()
      let left = try KernelDump(of: lab.sw)
      #expect(left.lines(with: "qdisc clsact").count == 1 && left.contains("filter tap1 ingress"), "S36, S37")
    }
  }

  @Test("an ingress qdisc in place of clsact: degraded with the reason; the other side goes on; healed when it is gone")
  func ingressQdisc() throws {
    try withSwitchLab(hosts: 3) { lab in
      let analyser = try lab.capture(wire: "mon0", to: lab.addWire("mon0"))
      let service = try RunningService(
        in: lab.sw, Self.mirror.replacing("output_port", with: "hook: clsact, output_port"))
      let before = try KernelDump(of: lab.sw)
      try service.whileStopped { try lab.sw.tc("qdisc del dev tap1 clsact", "qdisc add dev tap1 ingress") }
      let degraded = try service.awaitState("degraded")
      #expect(degraded.reasons.contains { $0.contains("tap1") && $0.contains("ingress") }, "\(degraded.reasons)")
      try service.reload()
      let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1))
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame], "what enters is copied still")
      try lab.sw.tc("qdisc del dev tap1 ingress")
      try service.awaitSame(as: before)
      try expectCopies(lab, analyser, "after")
      #expect(try MirrorCommand(in: lab.sw).status("m0").state == "active")
    }
  }

  @Test("S21: somebody changes the flags of a reserved port: they are put back")
  func reservedPort() throws {
    try withSwitchLab(hosts: 3) { lab in
      let analyser = try lab.capture(at: 3)
      let service = try RunningService(
        in: lab.sw, profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}"))
      let before = try KernelDump(of: lab.sw)
      for flag in ["learning", "flood", "mcast_flood", "bcast_flood"] {
        try lab.sw.bridge("link set dev tap3 \(flag) on")
        try service.awaitSame(as: before)
      }
      let frames = (1...2).map { Frame.udp(UInt16($0), to: .broadcast, from: SwitchLab.address($0)) }
      for (number, frame) in zip(1..., frames) { try lab.send(frame, from: number) }
      #expect(try analyser.drain() == [frames[0]])
    }
  }
}
