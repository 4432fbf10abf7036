import Testing

/// S35, S32: the ports of an RSPAN VLAN come and go while frames pass.
///
///     tap1, tap2  access, VLAN 10     tap3  trunk: 111             tap4  trunk: 111, stays
///     tap5  access, VLAN 111, stays   tap6  VLAN 111, either way   tap7  access, VLAN 111
@Suite("RSPAN: trunks come and go", .fullKernel)
struct RSPANTrunkTests {
  private enum Tagging: String { case tagged, untagged }

  /// What an apply leads to: the ports, and how tap6 takes the VLAN.
  private static let changes: [(ports: [Int], tap6: Tagging)] = [
    ([4, 5, 6], .tagged), ([3, 4, 5, 6], .tagged), ([4, 5, 6], .untagged), ([3, 4, 5, 6, 7], .untagged),
    ([4, 5, 6, 7], .tagged), ([3, 4, 5, 6], .untagged), ([4, 5, 6], .tagged),
  ]

  private static func mirror(_ ports: [String], _ more: String) -> String {
    profile(
      "{name: m, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, ports: [\(ports.joined(separator: ", "))]}, "
        + "\(more)}")
  }

  private func withTrunks(_ body: (SwitchLab) throws -> Void) throws {
    try withSwitchLab(hosts: 7, bridge: "vlan_filtering 1 vlan_default_pvid 0") { lab in
      try lab.sw.bridge(
        "vlan add dev tap1 vid 10 pvid untagged", "vlan add dev tap2 vid 10 pvid untagged", "vlan add dev tap3 vid 111",
        "vlan add dev tap4 vid 111", "vlan add dev tap5 vid 111 pvid untagged",
        "vlan add dev tap7 vid 111 pvid untagged")
      try body(lab)
    }
  }

  /// Does what applying a profile would do, one command after another, and sends a frame after each.
  private func walk(to profile: String, in lab: SwitchLab, meanwhile stream: NumberedFrames) throws {
    let script = try MirrorCommand(in: lab.sw).run("explain", "-f", "-", profile: profile)
    for line in script.text.split(separator: "\n") where line.hasPrefix("tc ") || line.hasPrefix("ip ") {
      try Command(["sh", "-c", String(line)], in: lab.sw).succeed()
      try stream.pass()
    }
    let plan = try MirrorCommand(in: lab.sw).run("plan", "-f", "-", profile: profile)
    try #require(plan.text.isEmpty, "nothing is left to do: \(plan)")
  }

  /// Goes through the changes, and expects that the three ports that stay get each frame once.
  private func goThroughChanges(
    _ more: String, by change: (String, SwitchLab, NumberedFrames) throws -> Void
  ) throws {
    try withTrunks { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let before = try KernelDump(of: lab.sw)
      let stream = try NumberedFrames(in: lab)
      let captures = try [4, 5, 6].map { try lab.capture(at: $0) }
      var copies: [[Frame]] = [[], [], []]
      for (number, (ports, tap6)) in Self.changes.enumerated() {
        try lab.sw.bridge("vlan add dev tap6 vid 111" + (tap6 == .tagged ? "" : " pvid untagged"))
        let profile = Self.mirror(ports.map { "tap\($0)" }, more)
        if number == 0 { try mirrorctl.apply(profile) } else { try change(profile, lab, stream) }
        try stream.pass(10)
        let arrived = try captures.map { try $0.drain() }
        for index in copies.indices { copies[index] += arrived[index] }
        #expect(arrived[2].last?.tags.map(\.vlan) == (tap6 == .tagged ? [111] : []), "change \(number)")
        let status = try mirrorctl.status("m")
        #expect(status.packets == Int(stream.sent) && status.dropped == 0, "S32: change \(number) of \(stream.sent)")
        #expect(status.bytes == NumberedFrames.length * Int(stream.sent), "S32: change \(number)")
      }
      for (name, copies) in zip(["tap4", "tap5", "tap6"], copies) { stream.expectOnce(in: copies, name) }
      #expect(copies[0].allSatisfy { $0.tags == [Frame.Tag(vlan: 111)] })
      #expect(copies[1].allSatisfy { $0.tags == [] })
      try mirrorctl.clear()
      try lab.sw.bridge("vlan del dev tap6 vid 111")
      try before.expectUnchanged(in: lab.sw, "S37")
    }
  }

  @Test(
    "S35: those that stay, tagged and untagged, get every copy once; so does one that becomes tagged or untagged",
    arguments: ["force: false", "normalize: true"])
  func comeAndGo(more: String) throws {
    try goThroughChanges(more) { try MirrorCommand(in: $1.sw).apply($0, meanwhile: $2) }
  }

  @Test(
    "S35: the same after each step of each change", arguments: ["force: false", "snaplen: 100", "normalize: true"])
  func steps(more: String) throws {
    try goThroughChanges(more) { try walk(to: $0, in: $1, meanwhile: $2) }
  }

  @Test("S35: after each step where there are more trunks than one filter can send to")
  func many() throws {
    try withTrunks { lab in
      let others = (10..<50).map { "far\($0)" }
      func batch(_ tool: String, _ lines: [String]) throws {
        try Command([tool, "-batch", "-"], input: lines.joined(separator: "\n") + "\n", in: lab.sw).succeed()
      }
      try batch("ip", others.flatMap { ["link add \($0) type dummy", "link set dev \($0) master br0 up"] })
      try batch("bridge", others.map { "vlan add dev \($0) vid 111" })
      try lab.sw.awaitForwarding()
      func mirror(_ far: some Sequence<String>) -> String { Self.mirror(far + ["tap3", "tap4"], "force: false") }
      let stream = try NumberedFrames(in: lab)
      let captures = try [3, 4].map { try lab.capture(at: $0) }
      try MirrorCommand(in: lab.sw).apply(mirror(others.dropFirst(13)))
      for far in [others.dropFirst(11), others.dropFirst(13), others[...]] {
        try walk(to: mirror(far), in: lab, meanwhile: stream)
      }
      for capture in captures { stream.expectOnce(in: try capture.drain()) }
      #expect(try MirrorCommand(in: lab.sw).status("m").packets == Int(stream.sent), "S32")
    }
  }
}
