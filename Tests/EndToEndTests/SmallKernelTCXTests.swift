import Glibc
import Testing
import TrafficControl

/// `hook: tcx`: programs before the filters of clsact make the copies (Linux 6.6).
@Suite("tcx", .anyKernel)
struct SmallKernelTCXTests {
  private static let number = 20

  private static func mirror(_ selection: String = "select_src_port: tap1", _ more: String = "") -> String {
    "{name: m0, bridge: br0, \(selection), hook: tcx, output_port: mon0\(more)}"
  }

  private static func frame(_ number: Int, from: Int = 1, to: Int = 2, vlan: UInt16? = nil) -> Frame {
    let tags = vlan.map { [Frame.Tag(vlan: $0)] } ?? []
    return Frame(
      to: SwitchLab.address(to), from: SwitchLab.address(from), tags: tags, type: 0x88b6,
      payload: [UInt8](long: UInt32(number)) + [UInt8](repeating: 0x5a, count: 44))
  }

  private func withLab(
    bridge options: String = "", _ body: (SwitchLab, MirrorCommand, Capture) throws -> Void
  ) throws {
    try withSwitchLab(hosts: 3, bridge: options) { lab in
      let analyser = try lab.capture(wire: "mon0", to: lab.addWire("mon0"))
      guard try lab.sw.programs(at: "tap1", .ingress) != nil else { try Test.cancel("this kernel lacks tcx") }
      // The bridge learns where everybody is.
      for host in 1...3 { try lab.send(Self.frame(0, from: host, to: 9), from: host) }
      try body(lab, MirrorCommand(in: lab.sw), analyser)
    }
  }

  private func send(_ lab: SwitchLab, from: Int = 1, to: Int = 2, vlan: UInt16? = nil) throws -> [Frame] {
    let frames = (1...Self.number).map { Self.frame($0, from: from, to: to, vlan: vlan) }
    let socket = try FrameSocket("eth0", in: lab.host(from))
    for frame in frames { try socket.send(frame) }
    return frames
  }

  @Test(
    "S39, S40: programs of others that keep every frame, there before us and after us, keep none from the mirror, and nothing from them",
    arguments: [(true, true), (false, true), (true, false)])
  func others(before: Bool, after: Bool) throws {
    try withLab { lab, mirrorctl, analyser in
      let first = before ? try TCXAttachment("agent", returning: 0, at: "tap1", .ingress, in: lab.sw) : nil
      try mirrorctl.apply(profile(Self.mirror()))
      let last = after ? try TCXAttachment("late", returning: 0, at: "tap1", .ingress, in: lab.sw) : nil
      #expect(try analyser.drain() == [])
      let frames = try send(lab)
      #expect(try analyser.drain() == frames)
      let status = try mirrorctl.status("m0")
      #expect(status.state == "active" && status.packets == Self.number && status.dropped == 0, "\(status)")
      #expect(status.bytes == frames.reduce(0) { $0 + $1.bytes.count })
      #expect(try !KernelDump(of: lab.sw).contains("clsact ffff: dev tap1"), "no qdisc is needed")
      try mirrorctl.clear()
      let left = try lab.sw.programs(at: "tap1", .ingress)
      #expect(left?.count == [first, last].compactMap(\.self).count)
    }
  }

  @Test("S36: a program that has come before ours has come before the frames; the next apply goes before it")
  func overtaking() throws {
    try withLab { lab, mirrorctl, analyser in
      try mirrorctl.apply(profile(Self.mirror()))
      _ = try TCXAttachment("agent", returning: 0, at: "tap1", .ingress, .first, in: lab.sw)
      _ = try send(lab)
      #expect(try analyser.drain() == [])
      #expect(try mirrorctl.status("m0").state == "degraded")
      try mirrorctl.apply(profile(Self.mirror()))
      let frames = try send(lab)
      #expect(try analyser.drain() == frames)
      #expect(try lab.sw.programs(at: "tap1", .ingress)?.count == 2)
      #expect(try mirrorctl.run("plan", "-f", "-", profile: profile(Self.mirror())).status == 0)
    }
  }

  @Test("S1, S9: sources, destinations and both, a frame once each")
  func sides() throws {
    try withLab { lab, mirrorctl, analyser in
      for (selection, pairs) in [
        ("select_src_port: tap1", [(1, 2)]), ("select_dst_port: tap1", [(2, 1), (3, 1)]),
        ("select_src_port: tap1, select_dst_port: [tap1, tap2]", [(1, 2), (2, 1), (3, 1), (3, 2)]),
      ] {
        try mirrorctl.apply(profile(Self.mirror(selection)))
        for (from, to) in [(1, 2), (2, 1), (3, 1), (3, 2), (2, 3)] {
          let frames = try send(lab, from: from, to: to)
          let isSelected = pairs.contains { $0 == (from, to) }
          #expect(try analyser.drain() == (isSelected ? frames : []), "\(selection): \(from) to \(to)")
        }
      }
    }
  }

  @Test("S3, S14: VLANs and filter expressions; a frame that is too short for an expression goes on all the same")
  func selection() throws {
    try withLab { lab, mirrorctl, analyser in
      let far = try lab.capture(wire: "mon1", to: lab.addWire("mon1"))
      try mirrorctl.apply(
        profile(
          Self.mirror("select_src_port: tap1, select_vlan: 5"),
          "{name: m1, select_src_port: tap1, filter: \"ether[58:4] = 0x5a5a5a5a\", hook: tcx, output_port: mon1}"))
      _ = try send(lab)
      #expect(try analyser.drain() == [])
      #expect(try far.drain().count == Self.number)
      let tagged = try send(lab, vlan: 5)
      #expect(try analyser.drain() == tagged)
      _ = try send(lab, vlan: 6)
      #expect(try analyser.drain() == [])
      _ = try far.drain()
      let receiver = try lab.capture(at: 2)
      let short = Frame(bytes: Array(Self.frame(1, vlan: 5).bytes.prefix(40)))
      try lab.send(short, from: 1)
      #expect(try analyser.drain() == [short])
      #expect(try far.drain() == [])
      #expect(try receiver.drain() == [short])
    }
  }

  @Test("S35: a change of what is selected loses and doubles nothing")
  func changes() throws {
    try withLab { lab, mirrorctl, analyser in
      let stream = try NumberedFrames(in: lab)
      let selections = [
        "select_src_port: tap1", "select_src_port: tap1, filter: \"not ip\"",
        "select_src_port: [tap1, tap3], select_vlan: 0",
        "select_src_port: tap1, select_dst_port: tap3",
      ]
      try mirrorctl.apply(profile(Self.mirror(selections[0])))
      _ = try analyser.drain()
      var copies: [Frame] = []
      for number in 1...8 {
        try mirrorctl.apply(profile(Self.mirror(selections[number % selections.count])), meanwhile: stream)
        copies += try analyser.drain()
      }
      stream.expectOnce(in: copies)
      #expect(stream.sent > 50)
      let status = try mirrorctl.status("m0")
      #expect(status.packets == Int(stream.sent) && status.dropped == 0, "S32: \(status)")
    }
  }

  @Test("S39: the ingress qdisc and a shared block stay as they are, and both sides are copied")
  func qdiscs() throws {
    try withLab { lab, mirrorctl, analyser in
      try lab.sw.tc("qdisc add dev tap1 ingress", "qdisc add dev tap2 ingress_block 7 clsact")
      let before = try KernelDump(of: lab.sw)
      try mirrorctl.apply(profile(Self.mirror("select_src_port: [tap1, tap2], select_dst_port: [tap1, tap2]")))
      for (from, to) in [(1, 2), (2, 1), (3, 1), (1, 3)] {
        let frames = try send(lab, from: from, to: to)
        #expect(try analyser.drain() == frames, "\(from) to \(to)")
      }
      #expect(try mirrorctl.status("m0").state == "active")
      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("S37: clear leaves nothing behind, a mark of an interface that is gone included")
  func nothingLeft() throws {
    try withLab { lab, mirrorctl, analyser in
      let before = try KernelDump(of: lab.sw)
      try mirrorctl.apply(profile(Self.mirror("select_src_port: tap1, select_dst_port: tap2")))
      #expect(try KernelDump(of: lab.sw).contains("marks of 2 programs"))
      let show = try mirrorctl.run("show", "m0").text
      #expect(show.contains("tcx program dev tap1 ingress { copy to "), "\(show)")
      try mirrorctl.clear()
      for interface in ["tap1", "tap2", "mon0"] {
        for hook in Hook.allCases { #expect(try lab.sw.programs(at: interface, hook) == []) }
      }
      try before.expectUnchanged(in: lab.sw)
      try lab.sw.ip("link add va0 type veth peer name vb0")
      try mirrorctl.apply(profile("{name: m0, select_src_port: va0, hook: tcx, output_port: mon0}"))
      try lab.sw.ip("link del va0")
      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("an interface that is made anew gets a program, and the mark of the former one goes")
  func recreation() throws {
    try withLab { lab, mirrorctl, analyser in
      try lab.sw.ip("link add va0 type veth peer name vb0", "link set va0 up", "link set vb0 up")
      let mirror = profile("{name: m0, select_src_port: va0, hook: tcx, output_port: mon0}")
      try mirrorctl.apply(mirror)
      let whole = try KernelDump(of: lab.sw)
      for _ in 1...3 {
        try lab.sw.ip(
          "link del va0", "link add va0 type veth peer name vb0", "link set va0 up", "link set vb0 up")
        #expect(try lab.sw.programs(at: "va0", .ingress) == [])
        try mirrorctl.apply(mirror)
        #expect(try lab.sw.programs(at: "va0", .ingress)?.count == 1)
        #expect(try KernelDump(of: lab.sw).lines(with: "marks of") == whole.lines(with: "marks of"))
      }
      let frame = Self.frame(7)
      try FrameSocket("vb0", in: lab.sw, hearing: .nothing).send(frame)
      #expect(try analyser.drain() == [frame])
    }
  }

  @Test("S48: apply and clear, killed before each of their requests")
  func kills() throws {
    try withLab { lab, mirrorctl, _ in
      let change = KilledChange(
        from: profile(Self.mirror()), to: profile(Self.mirror("select_src_port: tap1, select_vlan: 5")))
      try change.expectNoTrace(in: lab.sw)
      #expect(try lab.sw.programs(at: "tap1", .ingress) == [])
    }
  }

  @Test("S48: the service, killed before each of its requests, goes on with one program")
  func service() throws {
    try withLab { lab, mirrorctl, analyser in
      let change = KilledChange(
        from: profile(Self.mirror()), to: profile(Self.mirror("select_src_port: tap1, select_vlan: 0")))
      try change.expectNoTraceOfService(in: lab.sw)
      #expect(try lab.sw.programs(at: "tap1", .ingress)?.count == 1)
      let frames = try send(lab)
      #expect(try analyser.drain().suffix(frames.count) == frames[...])
    }
  }

  private static func auto(_ selection: String) -> String {
    profile("{name: m0, bridge: br0, \(selection), output_port: mon0}")
  }

  @Test("S39, S40: without a word in the profile programs make the copies where filters would be blind or cannot be")
  func automatic() throws {
    try withLab { lab, mirrorctl, analyser in
      let both = "select_src_port: tap1, select_dst_port: tap1"
      _ = try lab.addWire("shaper")
      func expectCopies(_ moment: Comment) throws {
        for (from, to) in [(1, 2), (2, 1)] {
          let frames = try send(lab, from: from, to: to)
          #expect(try analyser.drain() == frames, moment)
        }
        let status = try mirrorctl.status("m0")
        #expect(status.state == "active", "\(moment): \(status)")
        #expect(try mirrorctl.run("plan", "-f", "-", profile: Self.auto(both)).status == 0, moment)
      }
      try mirrorctl.apply(Self.auto("select_src_port: tap1"))
      #expect(try lab.sw.programs(at: "tap1", .ingress) == [], "nothing speaks against filters")
      try mirrorctl.clear()
      try lab.sw.tc("qdisc add dev tap1 ingress")
      try mirrorctl.apply(Self.auto(both))
      try expectCopies("ingress qdisc")
      #expect(try lab.sw.programs(at: "tap1", .ingress) == [] && lab.sw.programs(at: "tap1", .egress)?.count == 1)
      let agent = try #require(try TCXAttachment("agent", returning: 0, at: "tap1", .ingress, in: lab.sw))
      try mirrorctl.apply(Self.auto(both))
      try expectCopies("a program")
      #expect(try lab.sw.programs(at: "tap1", .ingress)?.count == 2)
      try agent.detach()
      try mirrorctl.clear()
      try lab.sw.tc(
        "qdisc del dev tap1 ingress", "qdisc add dev tap1 clsact",
        "filter add dev tap1 ingress pref 1 protocol all u32 match u32 0 0 action mirred egress redirect dev shaper")
      try mirrorctl.apply(Self.auto("select_src_port: tap1"))
      let frames = try send(lab)
      #expect(try analyser.drain() == frames, "a filter that takes every frame")
      #expect(try mirrorctl.status("m0").state == "active")
      try lab.sw.tc("qdisc del dev tap1 clsact", "qdisc add dev tap1 ingress_block 7 clsact")
      try mirrorctl.apply(Self.auto("select_src_port: tap1"))
      let others = try send(lab)
      #expect(try analyser.drain() == others, "a shared block")
      try mirrorctl.clear()
      #expect(try lab.sw.programs(at: "tap1", .ingress) == [] && lab.sw.programs(at: "tap1", .egress) == [])
    }
  }

  @Test("S40: the service has a program of ours go before one of another tool that came later")
  func later() throws {
    try withLab { lab, _, analyser in
      let service = try RunningService(in: lab.sw, Self.auto("select_src_port: tap1"))
      _ = try TCXAttachment("agent", returning: 0, at: "tap1", .ingress, .first, in: lab.sw)
      try service.reload()
      let frames = try send(lab)
      #expect(try analyser.drain() == frames)
      #expect(try service.told().last?.contains("degraded") == false)
    }
  }
}
