import Testing

/// The kernel's tests tc_actions and tc_shblocks.
@Suite("Kernel cases: traffic control", .fullKernel)
struct TrafficControlCaseTests {
  private static let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1))
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: up0}")

  @Test(
    "tc_actions: mirred_egress_mirror with matchall and with a match: none before, one while it is there, none after",
    arguments: ["", "filter: \"udp port 9\", ", "select_vlan: 0, "])
  func mirror(selection: String) throws {
    try withUnderlayLab { lab in
      let collector = try lab.capture()
      func copies() throws -> [Frame] {
        try lab.first.send(Self.frame, from: 1)
        return try collector.drain()
      }
      #expect(try copies() == [])
      try lab.mirrorctl.apply(
        profile("{name: m0, bridge: br0, \(selection)select_src_port: tap1, output_port: up0}"))
      #expect(try copies() == [Self.frame])
      try lab.mirrorctl.clear()
      #expect(try copies() == [])
    }
  }

  @Test(
    "tc_actions: gact_drop_and_ok: filters of others drop and accept before and behind ours, and count as without it")
  func dropAndAccept() throws {
    try withUnderlayLab { lab in
      let (collector, guest) = (try lab.capture(), try lab.first.capture(at: 2))
      try lab.sw.tc("qdisc add dev tap1 clsact")
      try lab.mirrorctl.apply(Self.mirror)
      for (preference, verdict) in [(1, "drop"), (1, "ok"), (60000, "drop"), (60000, "ok")] {
        let filter = "dev tap1 ingress pref \(preference) protocol ip handle 1"
        try lab.sw.tc("filter add \(filter) flower ip_proto udp action \(verdict)")
        let isDropped = verdict == "drop"
        let output = try lab.mirrorctl.run("plan", "-f", "-", profile: Self.mirror)
        let note = "filter of another tool with preference \(preference) at tap1 ingress takes frames"
        #expect(output.text.contains(note) == (preference == 1), "what comes first is told: \(output)")
        try lab.first.send(Self.frame, from: 1)
        #expect(try guest.drain() == (isDropped ? [] : [Self.frame]), "\(preference) \(verdict)")
        #expect(try collector.drain() == (preference == 1 ? [] : [Self.frame]), "\(preference) \(verdict)")
        let shown = try Command(
          ["tc", "-s", "filter", "show", "dev", "tap1", "ingress", "pref", "\(preference)"], in: lab.sw
        )
        .succeed()
        #expect(shown.contains(" 1 pkt"), "\(shown)")
        try lab.sw.tc("filter del \(filter) flower")
      }
    }
  }

  @Test("tc_actions: ingress_1st_vlan_push, 2nd: tags that a filter before ours has pushed are on the copy")
  func vlanPush() throws {
    try withUnderlayLab { lab in
      let collector = try lab.capture()
      try lab.sw.tc(
        "qdisc add dev tap1 clsact",
        "filter add dev tap1 ingress pref 1 protocol all matchall action vlan push id 100 pipe action vlan push id 10 continue"
      )
      try lab.mirrorctl.applyWithWarnings(Self.mirror)
      try lab.first.send(Self.frame, from: 1)
      #expect(try collector.drain() == [Self.frame.with(tags: [.init(vlan: 10), .init(vlan: 100)])])
    }
  }

  @Test("tc_actions: egress redirects of others: what a filter before ours sends elsewhere is not mirrored")
  func redirect() throws {
    try withUnderlayLab { lab in
      let (collector, other) = (try lab.capture(), try lab.first.capture(at: 2))
      try lab.sw.tc(
        "qdisc add dev tap1 clsact",
        "filter add dev tap1 ingress pref 1 protocol ip flower ip_proto udp action mirred egress "
          + "redirect dev tap2")
      try lab.mirrorctl.applyWithWarnings(Self.mirror)
      let stays = Frame.arpRequest(for: SwitchLab.ip(2), from: SwitchLab.address(1), SwitchLab.ip(1))
      try lab.first.send(Self.frame, from: 1)
      try lab.first.send(stays, from: 1)
      #expect(try collector.drain() == [stays])
      #expect(try other.drain() == [Self.frame, stays])
    }
  }

  @Test(
    "tc_shblocks: ports with shared blocks: the blocks stay as they are, status names them, other ports are mirrored")
  func sharedBlocks() throws {
    try withUnderlayLab { lab in
      let collector = try lab.capture()
      for port in ["tap1", "tap2"] { try lab.sw.tc("qdisc add dev \(port) ingress_block 22 egress_block 23 clsact") }
      try lab.sw.tc(
        "filter add block 22 pref 10 protocol ip handle 1 flower indev tap1 action continue",
        "filter add block 22 pref 11 protocol all handle 1 matchall action continue")
      func counts() throws -> [Bool] {
        let shown = try Command(["tc", "-s", "filter", "show", "block", "22"], in: lab.sw).succeed()
        return [" 10 pkt", " 20 pkt"].map { shown.contains($0) }
      }
      let before = try KernelDump(of: lab.sw)
      let all = profile("{name: m0, bridge: br0, select_all: true, hook: clsact, output_port: up0}")
      let plan = try lab.mirrorctl.run("plan", "-f", "-", profile: all)
      #expect(plan.text.contains("tap1 has the ingress filters of block 22"), "\(plan)")
      try lab.mirrorctl.applyWithWarnings(all)
      let status = try lab.mirrorctl.status("m0")
      #expect(status.state == "degraded")
      #expect(status.reasons.contains { $0.contains("tap1 has the ingress filters of block 22") }, "\(status.reasons)")
      #expect(try lab.traffic(at: collector) == [])
      #expect(try counts() == [true, true], "ten frames by tap1, twenty by both")
      try lab.sw.ip("addr add 10.10.10.1/24 dev br0")
      try SwitchLab.ping("\(SwitchLab.ip(1))", from: lab.sw, count: 1)
      #expect(try collector.drain().requests == 1, "what the host sends enters by br0")
      try lab.mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)

      let refused = try lab.mirrorctl.refuse(
        profile("{name: m0, bridge: br0, select_src_port: br0, output_port: tap1}"), status: 65)
      #expect(refused.errorText.contains("output tap1 has the ingress filters of block 22"), "\(refused)")
      try lab.sw.tc("qdisc del dev tap1 clsact", "qdisc add dev tap1 clsact")
      try lab.mirrorctl.applyWithWarnings(all)
      #expect(try lab.traffic(at: collector).kinds == MirroredSide.ingress.tenFrames, "the remedy works")
    }
  }
}
