import Testing

/// S36 and S37: what other tools installed goes on working, and nothing of ours stays behind.
@Suite("Coexistence", .anyKernel)
struct SmallKernelCoexistenceTests {
  private static let mirrors = profile(
    "{name: m0, bridge: br0, select_src_port: tap1, select_dst_port: tap1, output_port: tap3}",
    "{name: m1, bridge: br0, select_src_port: tap2, filter: \"icmp\", output_port: mon0}")

  /// A filter of another tool on both hooks of a port: it copies to a wire, so that what it sees can be counted there.
  private static func addForeignFilters(_ lab: SwitchLab, preference: Int, wire: String) throws {
    for hook in ["ingress", "egress"] {
      try lab.sw.tc(
        "filter add dev tap1 \(hook) pref \(preference) protocol all u32 match u32 0 0 "
          + "action mirred egress mirror dev \(wire) continue")
    }
  }

  @Test("S36: filters of others before and behind ours see every frame, before, during and after")
  func foreignFilters() throws {
    try withSwitchLab(hosts: 3) { lab in
      let ends = [try lab.addWire("mon0"), try lab.addWire("low"), try lab.addWire("high")]
      try lab.sw.tc("qdisc add dev tap1 clsact")
      try Self.addForeignFilters(lab, preference: 1, wire: "low")
      try Self.addForeignFilters(lab, preference: 60000, wire: "high")
      try lab.ping(from: 1, to: 2)
      let before = try KernelDump(of: lab.sw)
      let low = try lab.capture(wire: "low", to: ends[1])
      let high = try lab.capture(wire: "high", to: ends[2])
      func expectAll(_ moment: Comment) throws {
        try lab.ping(from: 1, to: 2)
        #expect(try low.drain().kinds == ["request", "reply", "request", "reply"], moment)
        #expect(try high.drain().kinds == ["request", "reply", "request", "reply"], moment)
      }

      let mirrorctl = MirrorCommand(in: lab.sw)
      try expectAll("before")
      try mirrorctl.applyWithWarnings(Self.mirrors)
      try expectAll("during")
      try mirrorctl.clear()
      try expectAll("after")
      try before.expectUnchanged(in: lab.sw, "S37")
    }
  }

  @Test("S36: a filter of another tool that comes later stays, and keeps the clsact that we added")
  func laterForeignFilter() throws {
    try withSwitchLab(hosts: 3) { lab in
      _ = try lab.addWire("mon0")
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirrors)
      try Self.addForeignFilters(lab, preference: 60000, wire: "mon0")
      try mirrorctl.clear()
      let after = try KernelDump(of: lab.sw)
      #expect(after.lines(with: "filter tap1 ingress:").contains { $0.contains("pref 60000") })
      #expect(after.lines(with: "filter tap1 egress:").contains { $0.contains("pref 60000") })
    }
  }

  @Test("S37: clear leaves no trace, the clsact included, with no profile at hand")
  func clear() throws {
    try withSwitchLab(hosts: 3) { lab in
      _ = try lab.addWire("mon0")
      let before = try KernelDump(of: lab.sw)
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirrors)
      #expect(try KernelDump(of: lab.sw) != before)
      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)
      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("S37: a clsact that was there before stays, although it is empty")
  func foreignHook() throws {
    try withSwitchLab(hosts: 3) { lab in
      _ = try lab.addWire("mon0")
      try lab.sw.tc("qdisc add dev tap1 clsact")
      let before = try KernelDump(of: lab.sw)
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirrors)
      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("S37: delete removes one mirror and leaves the other as it was")
  func deleteOne() throws {
    try withSwitchLab(hosts: 3) { lab in
      let end = try lab.addWire("mon0")
      try lab.ping(from: 1, to: 2)
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirrors)
      let output = try mirrorctl.run("delete", "m0")
      #expect(output.status == 0, "\(output)")
      #expect(try mirrorctl.run("list").text.split(separator: "\n") == ["m1"])
      let remaining = try lab.capture(wire: "mon0", to: end)
      try lab.ping(from: 1, to: 2)
      #expect(try remaining.drain().kinds == ["reply", "reply"])
      #expect(try KernelDump(of: lab.sw).lines(with: "filter tap1 ").isEmpty)
    }
  }
}
