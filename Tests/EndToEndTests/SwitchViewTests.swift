import Testing

/// S5, S13 and S14: classified VLANs on a VLAN-aware bridge, and the two views of a frame.
///
///     tap1, tap2  access ports of VLAN 10        tap3  trunk of 10 (tagged) and 20 (tagged)
@Suite("VLAN-aware bridge", .fullKernel)
struct SwitchViewTests {
  private func withVLANs(_ mirror: String, body: (SwitchLab, Capture) throws -> Void) throws {
    try withSwitchLab(hosts: 3, bridge: "vlan_filtering 1 vlan_default_pvid 0") { lab in
      try lab.sw.bridge(
        "vlan add dev tap1 vid 10 pvid untagged", "vlan add dev tap2 vid 10 pvid untagged",
        "vlan add dev tap3 vid 10", "vlan add dev tap3 vid 20")
      let end = try lab.addWire("mon0")
      try MirrorCommand(in: lab.sw).apply(profile("{name: m0, bridge: br0, \(mirror), output_port: mon0}"))
      try body(lab, lab.capture(wire: "mon0", to: end))
    }
  }

  private static func frame(_ number: UInt16, from port: Int) -> Frame {
    .udp(number, to: .broadcast, from: SwitchLab.address(port))
  }

  @Test("S13: view wire shows access frames untagged, and also what the switch refuses")
  func wire() throws {
    try withVLANs("select_src_port: [tap1, tap3]") { lab, analyser in
      let (access, trunk) = (Self.frame(1, from: 1), Self.frame(2, from: 3))
      let fromAccess = [access, access.tagged(99), access.tagged(0, priority: 5)]
      let fromTrunk = [trunk.tagged(20, priority: 1), trunk, trunk.tagged(99)]
      for frame in fromAccess { try lab.send(frame, from: 1) }
      for frame in fromTrunk { try lab.send(frame, from: 3) }
      #expect(try analyser.drain() == fromAccess + fromTrunk)
    }
  }

  @Test("S14: view switch shows the classified VLAN, and only what the switch admits")
  func switchView() throws {
    try withVLANs("select_src_port: [tap1, tap3], view: switch") { lab, analyser in
      let plain = Self.frame(1, from: 1)
      try lab.send(plain, from: 1)
      try lab.send(plain.tagged(99), from: 1)
      try lab.send(plain.tagged(0, priority: 5), from: 1)
      try lab.send(plain.tagged(10, priority: 2), from: 1)
      #expect(try analyser.drain() == [plain.tagged(10), plain.tagged(10, priority: 5), plain.tagged(10, priority: 2)])
      let trunk = Self.frame(2, from: 3)
      try lab.send(trunk.tagged(20, priority: 1), from: 3)
      try lab.send(trunk, from: 3)
      try lab.send(trunk.tagged(99), from: 3)
      #expect(try analyser.drain() == [trunk.tagged(20, priority: 1)])
    }
  }

  @Test("S14: view switch on the destination side: the tag that the access port takes off is on the copy")
  func switchViewDestination() throws {
    try withVLANs("select_dst_port: tap2, view: switch") { lab, analyser in
      let (access, trunk) = (Self.frame(1, from: 1), Self.frame(2, from: 3).tagged(10))
      try lab.send(access, from: 1)
      try lab.send(trunk, from: 3)
      #expect(try analyser.drain() == [access.tagged(10), trunk])
    }
  }

  @Test("S14, S5: an inner tag is not taken for the VLAN where an access port has taken the outer one off")
  func innerTag() throws {
    let frame = Self.frame(1, from: 3).with(tags: [Frame.Tag(vlan: 10), Frame.Tag(vlan: 99, priority: 2)])
    for vlans in ["", ", select_vlan: 10"] {
      try withVLANs("select_dst_port: tap2, view: switch" + vlans) { lab, analyser in
        try lab.send(frame, from: 3)
        #expect(try analyser.drain() == [frame])
      }
    }
    try withVLANs("select_dst_port: tap2, select_vlan: 99") { lab, analyser in
      try lab.send(frame, from: 3)
      #expect(try analyser.drain() == [])
    }
  }

  @Test("S14, S27: nor where a flooded VLAN leaves untagged")
  func innerTagOfFloodedVLAN() throws {
    let frame = Self.frame(1, from: 3).with(tags: [Frame.Tag(vlan: 10), Frame.Tag(vlan: 99, priority: 2)])
    try withSwitchLab(hosts: 3, bridge: "vlan_filtering 1 vlan_default_pvid 0") { lab in
      try lab.sw.bridge("vlan add dev tap3 vid 10", "vlan add dev tap2 vid 10 pvid untagged")
      let end = try lab.addWire("mon0")
      try MirrorCommand(in: lab.sw).apply(
        profile(
          "{name: m0, bridge: br0, select_dst_port: tap2, view: switch, output_port: mon0}",
          bridges: "{name: br0, flood_vlans: 10}"))
      let (analyser, guest) = (try lab.capture(wire: "mon0", to: end), try lab.capture(at: 2))
      try lab.send(frame, from: 3)
      #expect(try analyser.drain() == [frame])
      let seen = try guest.drain()
      #expect(seen == [Self.frame(1, from: 3).tagged(99, priority: 2)])
    }
  }

  @Test("S14, S5: nor where the host receives it")
  func innerTagOfHost() throws {
    let frame = Self.frame(1, from: 3).with(tags: [Frame.Tag(vlan: 10), Frame.Tag(vlan: 99, priority: 2)])
    for (mirror, copies) in [("view: switch", [frame]), ("view: switch, select_vlan: 99", [])] {
      try withSwitchLab(hosts: 3, bridge: "vlan_filtering 1 vlan_default_pvid 0") { lab in
        try lab.sw.bridge("vlan add dev tap3 vid 10", "vlan add dev br0 vid 10 pvid untagged self")
        let end = try lab.addWire("mon0")
        try MirrorCommand(in: lab.sw).apply(
          profile("{name: m0, bridge: br0, select_dst_port: br0, \(mirror), output_port: mon0}"))
        let analyser = try lab.capture(wire: "mon0", to: end)
        try lab.send(frame, from: 3)
        #expect(try analyser.drain() == copies)
      }
    }
  }

  @Test("S14: the output's own untagged membership takes the tag off the copy")
  func accessOutput() throws {
    try withVLANs("select_src_port: tap1, view: switch") { lab, _ in
      let analyser = try lab.capture(at: 3)
      try lab.sw.bridge("vlan add dev tap3 vid 10 untagged")
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m0, bridge: br0, select_src_port: tap1, view: switch, output_port: tap3}"))
      let frame = Self.frame(1, from: 1)
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame])
    }
  }

  @Test("S5: select_vlan means the classified VLAN on an access port, on either side")
  func selectsClassifiedVLAN() throws {
    try withVLANs("select_src_port: [tap1, tap3], select_vlan: 10") { lab, analyser in
      let (access, trunk) = (Self.frame(1, from: 1), Self.frame(2, from: 3).tagged(10))
      try lab.send(access, from: 1)
      try lab.send(trunk, from: 3)
      try lab.send(trunk.tagged(20), from: 3)
      #expect(try analyser.drain() == [access, trunk])
    }
    try withVLANs("select_dst_port: tap2, select_vlan: 10") { lab, analyser in
      let access = Self.frame(1, from: 1)
      try lab.send(access, from: 1)
      #expect(try analyser.drain() == [access])
    }
    try withVLANs("select_src_port: tap1, select_dst_port: tap2, select_vlan: 20") { lab, analyser in
      try lab.send(Self.frame(1, from: 1), from: 1)
      #expect(try analyser.drain() == [])
    }
  }

  @Test("S5: a port that sends two selected VLANs untagged is refused, with the port and the VLANs")
  func ambiguousPort() throws {
    try withSwitchLab(hosts: 3, bridge: "vlan_filtering 1 vlan_default_pvid 0") { lab in
      try lab.sw.bridge(
        "vlan add dev tap1 vid 10 pvid untagged", "vlan add dev tap1 vid 20 untagged", "vlan add dev tap2 vid 10")
      let output = try MirrorCommand(in: lab.sw).refuse(
        profile(
          "{name: m0, bridge: br0, select_dst_port: tap1, select_vlan: [10, 20], view: switch, output_port: tap3}"),
        status: 65)
      for part in ["tap1", "10", "20"] { #expect(output.errorText.contains(part), "\(output)") }
    }
  }
}
