import Testing

/// S32 and S34 to S38: counters, repetition and change.
@Suite("Lifecycle", .anyKernel)
struct SmallKernelLifecycleTests {
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}")

  @Test("S34: applying again changes nothing; plan says 2 before and 0 after, and changes nothing either")
  func idempotence() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let empty = try KernelDump(of: lab.sw)
      let planned = try mirrorctl.run("plan", "-f", "-", profile: Self.mirror)
      #expect(planned.status == 2, "\(planned)")
      #expect(planned.text.contains("+"), "\(planned)")
      let rehearsed = try mirrorctl.run("apply", "--dry-run", "-f", "-", profile: Self.mirror)
      #expect(rehearsed.status == 2, "\(rehearsed)")
      try empty.expectUnchanged(in: lab.sw)

      try mirrorctl.apply(Self.mirror)
      let applied = try KernelDump(of: lab.sw)
      let again = try mirrorctl.run("plan", "-f", "-", profile: Self.mirror)
      #expect(again.status == 0, "\(again)")
      try mirrorctl.apply(Self.mirror)
      try applied.expectUnchanged(in: lab.sw)
    }
  }

  @Test("S38: mirrors need no program; what is installed is known without the profile")
  func kernelIsTheDatabase() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror)
      #expect(try mirrorctl.run("list").text == "m0\n")
      let status = try mirrorctl.status("m0")
      #expect(status.state == "active")
      #expect(status.profile == "lab")
      #expect(status.sources.map(\.interface) == ["tap1"])
      #expect(status.outputs.map(\.interface) == ["tap3"])
      let shown = try mirrorctl.run("show", "m0")
      #expect(shown.status == 0 && shown.text.contains("tap3"), "\(shown)")
    }
  }

  @Test("S32: packets and bytes of full original length, on either side; originals alone count")
  func counters() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let end = try lab.addWire("mon0")
      try mirrorctl.apply(
        profile(
          "{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}",
          "{name: m1, bridge: br0, select_dst_port: tap1, output_port: mon0}"))
      let captures = [try lab.capture(at: 3), try lab.capture(wire: "mon0", to: end)]
      let sizes = [18, 100, 1472]
      for size in sizes {
        try lab.send(.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: size), from: 1)
      }
      for size in sizes.dropLast() {
        try lab.send(.udp(1, to: SwitchLab.address(1), from: SwitchLab.address(2), bytes: size), from: 2)
      }
      for capture in captures { _ = try capture.drain() }
      let (source, destination) = (try mirrorctl.status("m0"), try mirrorctl.status("m1"))
      #expect(source.packets == 3)
      #expect(source.bytes == sizes.reduce(0) { $0 + $1 + 42 })
      #expect(destination.packets == 2)
      #expect(destination.bytes == sizes.dropLast().reduce(0) { $0 + $1 + 42 })
      #expect(source.dropped == 0 && destination.dropped == 0)
    }
  }

  @Test("S32: counters survive a change of the mirror's output")
  func countersSurvive() throws {
    try withSwitchLab(hosts: 3) { lab in
      let end = try lab.addWire("mon0")
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror)
      let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1))
      let first = try lab.capture(at: 3)
      try lab.send(frame, from: 1)
      #expect(try first.drain() == [frame])
      try mirrorctl.apply(profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}"))
      let second = try lab.capture(wire: "mon0", to: end)
      try lab.send(frame, from: 1)
      #expect(try second.drain() == [frame])
      #expect(try mirrorctl.status("m0").packets == 2)
      #expect(try mirrorctl.status("m0").bytes == 2 * frame.bytes.count)
    }
  }

  @Test("a profile no longer lists a mirror: it goes, and the rest stays")
  func removalByProfile() throws {
    try withSwitchLab(hosts: 3) { lab in
      _ = try lab.addWire("mon0")
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror)
      let one = try KernelDump(of: lab.sw)
      try mirrorctl.apply(
        profile(
          "{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}",
          "{name: m1, bridge: br0, select_src_port: tap2, output_port: mon0}"))
      #expect(try mirrorctl.run("list").text.split(separator: "\n").sorted() == ["m0", "m1"])
      try mirrorctl.apply(Self.mirror)
      try one.expectUnchanged(in: lab.sw)
    }
  }

  @Test("a disabled mirror copies nothing and is listed; enabled it copies again")
  func disableAndEnable() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror)
      try lab.ping(from: 1, to: 2)
      let (analyser, guest) = (try lab.capture(at: 3), try lab.capture(at: 2))
      let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1))

      let disabled = try mirrorctl.run("disable", "m0")
      #expect(disabled.status == 0, "\(disabled)")
      #expect(try mirrorctl.status("m0").state == "disabled")
      try lab.send(frame, from: 1)
      #expect(try guest.drain() == [frame])
      #expect(try analyser.drain() == [])

      let enabled = try mirrorctl.run("enable", "m0")
      #expect(enabled.status == 0, "\(enabled)")
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame])
    }
  }

  @Test("S35: a change of the output loses no copy and doubles none")
  func makeBeforeBreak() throws {
    try withSwitchLab(hosts: 2) { lab in
      let ends = ["mon0": try lab.addWire("mon0"), "mon1": try lab.addWire("mon1")]
      let captures = try ends.map { try lab.capture(wire: $0.key, to: $0.value) }
      let mirrorctl = MirrorCommand(in: lab.sw)
      func text(_ output: String) -> String {
        profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: \(output)}")
      }
      try mirrorctl.apply(text("mon0"))
      let sender = try FrameSocket("eth0", in: lab.host(1))
      var sent = 0
      for output in ["mon1", "mon0", "mon1"] {
        let change = try mirrorctl.command(["apply", "-f", "-"], profile: text(output)).start()
        while try change.isRunning() {
          try sender.send(.udp(UInt16(sent & 0x7fff), to: SwitchLab.address(2), from: SwitchLab.address(1)))
          sent += 1
        }
        #expect(try change.finish().status == 0)
      }
      let copies = try captures.reduce(0) { try $0 + $1.drain().count }
      #expect(copies == sent)
      #expect(try mirrorctl.status("m0").packets == sent)
    }
  }

  @Test("S34: ports that go while a profile is applied are no obstacle")
  func vanishingPorts() throws {
    try withSwitchLab(hosts: 1) { lab in
      _ = try lab.addWire("mon0")
      let numbers = 1...120
      try lab.sw.ip(numbers.map { "link add vx\($0) type veth peer name vy\($0)" }.joined(separator: "\n"))
      let mirrorctl = MirrorCommand(in: lab.sw)
      let text = profile(#"{name: m0, select_src_port: "vx*", select_dst_port: "vx*", output_port: mon0}"#)
      let removals = numbers.filter { $0.isMultiple(of: 3) }.map { "link del vx\($0)" }.joined(separator: "\n") + "\n"
      let removal = try Command(["ip", "-batch", "-"], input: removals, in: lab.sw).start()
      let output = try mirrorctl.run("apply", "-f", "-", profile: text)
      #expect(try removal.finish().status == 0)
      #expect(output.status == 0, "\(output)")
      // Some may have gone after their filters were there.
      try mirrorctl.applyWithWarnings(text)
      #expect(try mirrorctl.status("m0").sources.count == 2 * 80)
      let plan = try mirrorctl.run("plan", "-f", "-", profile: text)
      #expect(plan.status == 0, "\(plan)")
    }
  }
}
