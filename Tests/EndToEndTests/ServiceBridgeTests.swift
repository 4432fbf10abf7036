import Testing

/// S45: a bridge with `vlan_protocol 802.1ad`.
///
///     tap1  200 (PVID, untagged), 100 (tagged)     tap2  access, VLAN 200
///     tap3  trunk: 100, 111, 200                   tap4  access, VLAN 111
@Suite("802.1ad bridge", .fullKernel)
struct ServiceBridgeTests {
  private static let options = "vlan_filtering 1 vlan_default_pvid 0 vlan_protocol 802.1ad"

  private func withServiceBridge(_ body: (SwitchLab) throws -> Void) throws {
    try withSwitchLab(hosts: 4, bridge: Self.options) { lab in
      try lab.sw.bridge(
        "vlan add dev tap1 vid 200 pvid untagged", "vlan add dev tap1 vid 100",
        "vlan add dev tap2 vid 200 pvid untagged",
        "vlan add dev tap3 vid 100", "vlan add dev tap3 vid 111", "vlan add dev tap3 vid 200",
        "vlan add dev tap4 vid 111 pvid untagged")
      try body(lab)
    }
  }

  /// With a mirror to an interface of its own.
  private func withAnalyser(_ mirror: String, _ body: (SwitchLab, Capture) throws -> Void) throws {
    try withServiceBridge { lab in
      let end = try lab.addWire("mon0")
      try lab.sw.bridge("vlan add dev br0 vid 200 pvid untagged self", "vlan add dev br0 vid 100 self")
      try MirrorCommand(in: lab.sw).apply(profile("{name: m0, bridge: br0, \(mirror), output_port: mon0}"))
      try body(lab, lab.capture(wire: "mon0", to: end))
    }
  }

  private static func frame(_ number: UInt16, from port: Int) -> Frame {
    .udp(number, to: .broadcast, from: SwitchLab.address(port))
  }

  /// Frames of VLAN 100, and frames of the PVID 200: without a tag, with a customer's, with a priority only, with its own.
  private static func frames(from port: Int) -> (tagged: [Frame], ofPort: [Frame]) {
    let plain = frame(1, from: port)
    return (
      [plain.service(100), plain.tagged(200, priority: 1).service(100, priority: 5)],
      [plain, plain.tagged(100), plain.tagged(5).service(0, priority: 3), plain.tagged(100).service(200)]
    )
  }

  @Test(
    "S45, S5: select_vlan means service tags where frames come in; a customer's tag makes no VLAN",
    arguments: [100, 200])
  func sources(vlan: Int) throws {
    try withAnalyser("select_src_port: [tap1, br0], select_vlan: \(vlan)") { lab, analyser in
      let frames = Self.frames(from: 1)
      for frame in frames.tagged + frames.ofPort { try lab.send(frame, from: 1) }
      #expect(try analyser.drain() == (vlan == 100 ? frames.tagged : frames.ofPort))
      let host = try FrameSocket("br0", in: lab.sw)
      for frame in frames.tagged + frames.ofPort { try host.send(frame) }
      #expect(try analyser.drain() == (vlan == 100 ? frames.tagged : frames.ofPort), "sent by the host")
    }
  }

  @Test("S45, S5: and where they leave, with the service tag or without it", arguments: ["tap1", "br0"], [100, 200])
  func destinations(port: String, vlan: Int) throws {
    try withAnalyser("select_dst_port: \(port), select_vlan: \(vlan)") { lab, analyser in
      let plain = Self.frame(2, from: 3)
      let (ofTagged, ofPort) = ([plain, plain.tagged(200)], [plain, plain.tagged(100, priority: 2)])
      for frame in ofTagged { try lab.send(frame.service(100), from: 3) }
      for frame in ofPort { try lab.send(frame.service(200), from: 3) }
      let customer = Self.frame(3, from: 2).tagged(100)
      try lab.send(customer, from: 2)
      let copies = vlan == 100 ? ofTagged.map { $0.service(100) } : ofPort + [customer]
      #expect(try analyser.drain() == copies)
    }
  }

  @Test("S45, S14: view switch shows the service tag that the bridge has given, before that of a customer")
  func switchView() throws {
    try withAnalyser("select_src_port: [tap1, tap2], view: switch") { lab, analyser in
      let plain = Self.frame(1, from: 2)
      let sent = [
        plain, plain.tagged(100, priority: 2), plain.tagged(0, priority: 4), plain.tagged(7).service(0, priority: 5),
        plain.service(200), plain.service(999),
      ]
      for frame in sent { try lab.send(frame, from: 2) }
      let copies = [
        plain.service(200), plain.tagged(100, priority: 2).service(200), plain.tagged(0, priority: 4).service(200),
        plain.tagged(7).service(200, priority: 5), plain.service(200),
      ]
      #expect(try analyser.drain() == copies)
      let tagged = Self.frame(2, from: 1).tagged(9).service(100, priority: 1)
      try lab.send(tagged, from: 1)
      #expect(try analyser.drain() == [tagged])
    }
  }

  @Test("S45, S14: also where frames leave; an access port as output takes the service tag off and leaves a customer's")
  func switchViewDestination() throws {
    let customer = Self.frame(1, from: 3).tagged(100, priority: 2)
    try withAnalyser("select_dst_port: tap2, view: switch") { lab, analyser in
      try lab.send(customer.service(200, priority: 5), from: 3)
      try lab.send(Self.frame(2, from: 1), from: 1)
      #expect(try analyser.drain() == [customer.service(200), Self.frame(2, from: 1).service(200)])
    }
    try withServiceBridge { lab in
      let analyser = try lab.capture(at: 4)
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m0, bridge: br0, select_src_port: [tap1, tap3], view: switch, output_port: tap4}"))
      try lab.send(customer.service(100), from: 3)
      try lab.send(customer, from: 1)
      #expect(try analyser.drain() == [customer, customer])
    }
  }

  @Test("S45, S14, S27: where a flooded VLAN leaves untagged, a customer's tag is not taken for the VLAN")
  func switchViewOfFloodedVLAN() throws {
    try withServiceBridge { lab in
      let end = try lab.addWire("mon0")
      try MirrorCommand(in: lab.sw).apply(
        profile(
          "{name: m0, bridge: br0, select_dst_port: tap1, view: switch, output_port: mon0}",
          bridges: "{name: br0, flood_vlans: 200}"))
      let (analyser, guest) = (try lab.capture(wire: "mon0", to: end), try lab.capture(at: 1))
      let customer = Self.frame(1, from: 3).tagged(100, priority: 2)
      try lab.send(customer.service(200), from: 3)
      #expect(try analyser.drain() == [customer.service(200)])
      #expect(try guest.drain() == [customer])
    }
  }

  @Test("S45, S23, S24: output_vlan gives service tags on trunks and none at access ports; customers' tags stay")
  func remoteVLAN() throws {
    try withServiceBridge { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m1, bridge: br0, select_src_port: [tap1, tap2], output_vlan: 111}"))
      let (trunk, access) = (try lab.capture(at: 3), try lab.capture(at: 4))
      let plain = Self.frame(1, from: 1)
      let inner = [plain, plain.tagged(5, priority: 1)]
      for frame in inner { try lab.send(frame.service(100, priority: 5), from: 1) }
      let tagged = inner.flatMap { [$0.service(100, priority: 5), $0.service(111, priority: 5)] }
      #expect(Self.sorted(try trunk.drain()) == Self.sorted(tagged))
      #expect(try access.drain() == inner)

      let ofPort = [plain, plain.tagged(100, priority: 2), plain.tagged(111)]
      for frame in ofPort { try lab.send(frame, from: 2) }
      #expect(Self.sorted(try trunk.drain()) == Self.sorted(ofPort.flatMap { [$0.service(200), $0.service(111)] }))
      #expect(try access.drain() == ofPort)
      #expect(try mirrorctl.status("m1").packets == 5, "S32")
    }
  }

  @Test("S45, S25: not copied: frames in the VLAN already, and copies on the next bridge")
  func notCopiedAgain() throws {
    try withServiceBridge { lab in
      let end = try lab.addWire("mon1")
      try lab.sw.ip(
        "link add br1 type bridge stp_state 0 forward_delay 0 mcast_snooping 0 \(Self.options)", "link set dev br1 up",
        "link add p0 type veth peer name p1", "link set dev p0 master br0 up", "link set dev p1 master br1 up",
        "link set dev mon1 master br1")
      try lab.sw.bridge(
        "vlan add dev p0 vid 111", "vlan add dev p1 vid 111", "vlan add dev mon1 vid 111 pvid untagged")
      try lab.sw.awaitForwarding()
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(
        profile(
          "{name: m0, bridge: br0, select_src_port: [tap2, tap3, p0], output_vlan: 111}",
          "{name: m1, bridge: br1, select_src_port: p1, output_vlan: 111}"))
      let (analyser, access) = (try lab.capture(wire: "mon1", to: end), try lab.capture(at: 4))
      let customer = Self.frame(1, from: 2).tagged(111)
      try lab.send(customer, from: 2)
      #expect(try analyser.drain() == [customer])
      #expect(try access.drain() == [customer])
      try lab.send(customer.service(111), from: 3)
      #expect(try analyser.drain() == [customer], "the original alone")
      #expect(try access.drain() == [customer], "the original alone")
      #expect(try mirrorctl.status("m0").packets == 1)
      #expect(try mirrorctl.status("m1").packets == 0)
    }
  }

  @Test("S45, S24: keep_inner pushes one more service tag")
  func keepInner() throws {
    try withServiceBridge { lab in
      try MirrorCommand(in: lab.sw).apply(
        profile(
          "{name: m1, bridge: br0, select_src_port: [tap1, tap2], output_vlan: {id: 111, ports: tap3, keep_inner: true}}"
        ))
      let trunk = try lab.capture(at: 3)
      let tagged = Self.frame(1, from: 1).tagged(5).service(100, priority: 5)
      try lab.send(tagged, from: 1)
      #expect(Self.sorted(try trunk.drain()) == Self.sorted([tagged, tagged.service(111)]))
      let customer = Self.frame(2, from: 2).tagged(5)
      try lab.send(customer, from: 2)
      #expect(Self.sorted(try trunk.drain()) == Self.sorted([customer.service(200), customer.service(111)]))
    }
  }

  @Test("S45, S27: flood_vlans means service tags, also of frames to addresses that such a bridge forwards")
  func floodVLANs() throws {
    try withServiceBridge { lab in
      try lab.sw.bridge("vlan add dev tap1 vid 111")
      try MirrorCommand(in: lab.sw).apply(profile(bridges: "{name: br0, flood_vlans: 111}"))
      let captures = try (1...4).map { try lab.capture(at: $0) }
      func seen() throws -> [[Frame]] { try captures.map { try $0.drain() } }
      let registration = HardwareAddress(octets: [0x01, 0x80, 0xc2, 0, 0, 0x0d])
      for destination in [HardwareAddress.broadcast, registration] {
        let greeting = Frame.udp(1, to: destination, from: SwitchLab.address(3)).tagged(5)
        try lab.send(greeting.service(111, priority: 2), from: 3)
        #expect(try seen() == [[greeting.service(111, priority: 2)], [], [], [greeting]])
        let answer = Frame.udp(2, to: SwitchLab.address(3), from: SwitchLab.address(1))
        try lab.send(answer.service(111), from: 1)
        #expect(try seen() == [[], [], [answer.service(111)], [answer]])
      }
      let learned = try Command(["bridge", "fdb", "show", "br", "br0"], in: lab.sw).succeed()
      #expect(!learned.contains("\(SwitchLab.address(3)) dev tap3"), "\(learned)")
      let access = Frame.udp(3, to: SwitchLab.address(3), from: SwitchLab.address(4))
      for frame in [access, access.tagged(111), access.tagged(5).service(0, priority: 3)] {
        try lab.send(frame, from: 4)
      }
      let given = [access.service(111), access.tagged(111).service(111), access.tagged(5).service(111, priority: 3)]
      #expect(try seen() == [given, [], given, []])
      let customer = Self.frame(4, from: 1).tagged(111)
      try lab.send(customer, from: 1)
      #expect(try seen() == [[], [customer], [customer.service(200)], []], "VLAN 200, which the bridge floods itself")
    }
  }

  @Test("S45, S35: a change of vlan_protocol, with the next apply")
  func change() throws {
    try withServiceBridge { lab in
      let (trunk, access) = (try lab.capture(at: 3), try lab.capture(at: 4))
      let frame = Self.frame(1, from: 2)
      let mirrorctl = MirrorCommand(in: lab.sw)
      let text = profile("{name: m1, bridge: br0, select_src_port: tap2, output_vlan: {id: 111, ports: [tap3, tap4]}}")
      for type in ["802.1Q", "802.1ad"] {
        try lab.sw.ip("link set dev br0 type bridge vlan_protocol \(type)")
        try mirrorctl.apply(text)
        try lab.send(frame, from: 2)
        let copies =
          type == "802.1Q" ? [frame.tagged(111), frame.tagged(200)] : [frame.service(111), frame.service(200)]
        #expect(Self.sorted(try trunk.drain()) == Self.sorted(copies), "\(type)")
        #expect(try access.drain() == [frame], "\(type)")
      }
      #expect(try mirrorctl.status("m1").packets == 2)
    }
  }

  private static func sorted(_ frames: [Frame]) -> [Frame] { frames.sorted { $0.description < $1.description } }
}

extension Frame {
  /// The frame with a service tag before its other tags.
  fileprivate func service(_ vlan: UInt16, priority: UInt8 = 0) -> Frame {
    with(tags: [Tag(vlan: vlan, priority: priority, type: 0x88a8)] + tags)
  }
}
