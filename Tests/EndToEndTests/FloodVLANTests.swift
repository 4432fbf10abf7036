import Testing

/// S27: frames in the VLANs of `flood_vlans` go to every other port that carries them.
@Suite("Flooded VLANs", .fullKernel)
struct FloodVLANTests {
  @Test("S37: flooded VLANs are shown, and go with the last mirror of their profile or with the profile")
  func floodedVLANsShown() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let before = try KernelDump(of: lab.sw)
      let text = profile(
        "{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}", bridges: "{name: br0, flood_vlans: [111]}")
      try mirrorctl.apply(text)
      let status = try mirrorctl.run("status").text
      #expect(status.contains("\nprofile lab: br0 floods VLANs 111\n"), "\(status)")
      let shown = try mirrorctl.run("show", "m0").text
      #expect(shown.contains("flood_vlans     : [br0: 111] (of the profile)\n"), "\(shown)")
      #expect(try mirrorctl.run("status", "-o", "json").text.contains("\"flood_vlans\""))
      #expect(try mirrorctl.run("delete", "m0").status == 0)
      #expect(try mirrorctl.run("status").text.isEmpty)
      try before.expectUnchanged(in: lab.sw)

      try mirrorctl.apply(Self.flooding)
      #expect(try mirrorctl.run("status").text == "profile lab: br0 floods VLANs 111\n")
      #expect(try mirrorctl.run("delete", "--profile", "lab").status == 0)
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("S27: flood_vlans: frames in the VLAN are never learned and never looked up; other VLANs learn as before")
  func floodVLANs() throws {
    try withSwitchLab(hosts: 4, bridge: "vlan_filtering 1 vlan_default_pvid 0") { lab in
      for port in 1...4 { try lab.sw.bridge("vlan add dev tap\(port) vid 10", "vlan add dev tap\(port) vid 111") }
      let before = try KernelDump(of: lab.sw)
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.flooding)
      let captures = try (1...4).map { try lab.capture(at: $0) }
      for vlan in [UInt16(10), 111] {
        let greeting = Frame.udp(vlan, to: .broadcast, from: SwitchLab.address(2)).tagged(vlan)
        try lab.send(greeting, from: 2)
        for capture in captures { _ = try capture.drain() }
        let answer = Frame.udp(vlan, to: SwitchLab.address(2), from: SwitchLab.address(1)).tagged(vlan)
        try lab.send(answer, from: 1)
        let seen = try captures.map { try $0.drain() }
        #expect(seen == (vlan == 10 ? [[], [answer], [], []] : [[], [answer], [answer], [answer]]), "VLAN \(vlan)")
      }
      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  private static let trunks = (0..<50).map { "trunk\($0)" }
  private static let access = (0..<40).map { "access\($0)" }
  private static let flooding = profile(bridges: "{name: br0, flood_vlans: [111]}")

  /// A bridge with more ports of VLAN 111 than filters can send to: tap1, tap3 and 40 more are access ports of it, tap2 and 50 more
  /// are trunks.
  private func withManyPorts(_ body: (SwitchLab) throws -> Void) throws {
    try withSwitchLab(hosts: 3, bridge: "vlan_filtering 1 vlan_default_pvid 0") { lab in
      let ports = Self.trunks + Self.access
      try lab.sw.run("ip", ports.flatMap { ["link add \($0) type dummy", "link set dev \($0) master br0 up"] })
      try lab.sw.run("bridge", (["tap2"] + Self.trunks).map { "vlan add dev \($0) vid 111" })
      try lab.sw.run("bridge", (["tap1", "tap3"] + Self.access).map { "vlan add dev \($0) vid 111 pvid untagged" })
      try lab.sw.awaitForwarding()
      try body(lab)
    }
  }

  /// Frames and bytes that the further ports have sent, by port.
  private func sent(in lab: SwitchLab) throws -> [String: [JSONValue?]] {
    let links = try JSONValue(
      text: Command(["ip", "-json", "-s", "link", "show", "type", "dummy"], in: lab.sw).succeed())
    let counters = (links.elements ?? []).map { ($0.text("ifname") ?? "", $0["stats64"]?["tx"]) }
    return Dictionary(counters.map { ($0, [$1?["packets"], $1?["bytes"]]) }) { first, _ in first }
      .filter { !$0.key.hasPrefix("mc") }
  }

  private func sent(_ count: Int, of length: Int) -> [String: [JSONValue?]] {
    let each = { (length: Int) in [JSONValue.integer(count), .integer(count * length)] }
    return Dictionary(
      uniqueKeysWithValues: Self.trunks.map { ($0, each(length + 4)) } + Self.access.map { ($0, each(length)) })
  }

  @Test("S27: of more ports than a filter can send to each gets a frame once, with its tag or without")
  func manyPorts() throws {
    try withManyPorts { lab in
      let before = try KernelDump(of: lab.sw)
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.flooding)
      let captures = try (1...3).map { try lab.capture(at: $0) }
      let frame = Frame.udp(1, to: SwitchLab.address(9), from: SwitchLab.address(8))
      let tagged = frame.tagged(111)
      #expect(try sent(in: lab) == sent(0, of: frame.bytes.count))
      try lab.send(frame, from: 1)
      #expect(try captures.map { try $0.drain() } == [[], [tagged], [frame]])
      #expect(try sent(in: lab) == sent(1, of: frame.bytes.count))
      try lab.send(tagged, from: 2)
      #expect(try captures.map { try $0.drain() } == [[frame], [], [frame]])
      #expect(try sent(in: lab) == sent(2, of: frame.bytes.count))
      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw, "S37")
    }
  }

  @Test("S27, S35: ports that stay get each frame once while others come and go")
  func comeAndGo() throws {
    try withManyPorts { lab in
      let stream = try NumberedFrames(in: lab)
      let captures = try (2...3).map { try lab.capture(at: $0) }
      for (number, change) in ["del", "add", "del"].enumerated() {
        let tagging = change == "del" ? "" : " pvid untagged"
        try lab.sw.run("bridge", Self.access.map { "vlan \(change) dev \($0) vid 111" + tagging })
        try lab.sw.run("bridge", Self.trunks.dropFirst(20).map { "vlan \(change) dev \($0) vid 111" })
        let mirrorctl = MirrorCommand(in: lab.sw)
        if number == 0 {
          try mirrorctl.apply(Self.flooding)
        } else {
          try mirrorctl.apply(Self.flooding, meanwhile: stream)
        }
        try stream.pass(10)
      }
      for (capture, name) in zip(captures, ["tap2", "tap3"]) { stream.expectOnce(in: try capture.drain(), name) }
    }
  }
}
