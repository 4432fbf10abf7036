import Testing

/// S27 and S23 over three bridges in a row.
///
///     namespace sw                                                     namespaces h1, h2, h4
///       br0 ─┬─ tap1   access, VLAN 10 ─────────────────────────────────── eth0  the guest
///            ├─ tap2   access, VLAN 10 ─────────────────────────────────── eth0
///            └─ p0 ─┐  trunk: 10, 111
///       br1 ─┬─ p1 ─┘
///            └─ p2 ─┐
///       br2 ─┬─ p3 ─┘
///            └─ tap4   trunk: 111 ──────────────────────────────────────── eth0  the analyser
@Suite("RSPAN over three bridges", .fullKernel)
struct RSPANChainTests {
  private static let bridges = ["br0", "br1", "br2"]
  private static let mirror = "{name: m1, bridge: br0, select_src_port: tap1, output_vlan: 111}"

  private func withChain(_ body: (SwitchLab, Capture) throws -> Void) throws {
    let options = "vlan_filtering 1 vlan_default_pvid 0"
    try withSwitchLab(hosts: 2, bridge: options) { lab in
      let sw = lab.sw
      let analyser = try lab.topology.makeNamespaces(["h4"])[0]
      for bridge in Self.bridges.dropFirst() {
        try sw.ip(
          "link add \(bridge) type bridge stp_state 0 forward_delay 0 mcast_snooping 0 " + options,
          "link set dev \(bridge) up")
      }
      try sw.ip(
        "link add p0 type veth peer name p1", "link add p2 type veth peer name p3",
        "link add tap4 type veth peer name eth0 address \(SwitchLab.address(4)) netns \(analyser)",
        "link set dev p0 master br0 up", "link set dev p1 master br1 up", "link set dev p2 master br1 up",
        "link set dev p3 master br2 up", "link set dev tap4 master br2 up")
      try analyser.ip("link set dev eth0 arp off up")
      for port in ["p0", "p1", "p2", "p3"] {
        try sw.bridge("vlan add dev \(port) vid 10", "vlan add dev \(port) vid 111")
      }
      try sw.bridge(
        "vlan add dev tap1 vid 10 pvid untagged", "vlan add dev tap2 vid 10 pvid untagged", "vlan add dev tap4 vid 111")
      try sw.awaitForwarding()
      try body(lab, Capture("eth0", in: analyser, barrier: "tap4", in: sw))
    }
  }

  /// Where the bridge has learned the guest's address: `p1 vlan 10`.
  private func places(on bridge: String, in sw: NetworkNamespace) throws -> Set<String> {
    let lines = try Command(["bridge", "fdb", "show", "br", bridge, "dynamic"], in: sw).succeed().split(
      separator: "\n")
    return Set(
      lines.filter { $0.hasPrefix(SwitchLab.address(1).description) }.compactMap { line in
        let words = line.split(separator: " ")
        guard let vlan = words.firstIndex(of: "vlan") else { return nil }
        return "\(words[2]) vlan \(words[vlan + 1])"
      })
  }

  @Test("S27: a flooded RSPAN VLAN reaches the end of three bridges once, and none of them learns from it")
  func chain() throws {
    try withChain { lab, analyser in
      let flooded = Self.bridges.map { "{name: \($0), flood_vlans: [111]}" }
      let mirrorctl = MirrorCommand(in: lab.sw)
      let before = try KernelDump(of: lab.sw)
      try mirrorctl.apply(profile(mirrors: [Self.mirror], bridges: flooded))
      let frames = [
        Frame.udp(1, to: .broadcast, from: SwitchLab.address(1)),
        Frame.udp(2, to: SwitchLab.address(2), from: SwitchLab.address(1)),
        Frame.udp(3, to: HardwareAddress(7, 7), from: SwitchLab.address(1)),
      ]
      for frame in frames { try lab.send(frame, from: 1) }
      #expect(try analyser.drain() == frames.map { $0.tagged(111) })
      #expect(try places(on: "br0", in: lab.sw) == ["tap1 vlan 10"])
      #expect(try places(on: "br1", in: lab.sw) == ["p1 vlan 10"])
      #expect(try places(on: "br2", in: lab.sw) == ["p3 vlan 10"])
      #expect(try mirrorctl.status("m1").packets == 3)
      try mirrorctl.clear()
      try lab.sw.ip("link set dev tap1 down", "link set dev tap1 up")
      try lab.sw.awaitForwarding()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("S27: without flood_vlans the bridges on the way learn the guest in the RSPAN VLAN")
  func control() throws {
    try withChain { lab, analyser in
      try MirrorCommand(in: lab.sw).apply(profile(Self.mirror))
      let frame = Frame.udp(1, to: .broadcast, from: SwitchLab.address(1))
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame.tagged(111)])
      #expect(try places(on: "br1", in: lab.sw) == ["p1 vlan 10", "p1 vlan 111"])
    }
  }
}
