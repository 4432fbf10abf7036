import Testing

/// S47: sources that cannot carry frames are told.
@Suite("Sources that cannot carry", .fullKernel)
struct SourceStateTests {
  @Test("S47: down, without carrier, a bond without members, a VRF: status and plan tell, and the mirror goes on")
  func told() throws {
    try withSwitchLab(hosts: 3) { lab in
      let analyser = try lab.capture(wire: "mon0", to: lab.addWire("mon0"))
      try lab.sw.ip(
        "link add bond0 type bond", "link set dev bond0 up", "link add mgmt type vrf table 9", "link set dev mgmt up",
        "link set dev tap2 down")
      try lab.host(3).ip("link set dev eth0 down")
      try lab.sw.awaitNoCarrier(of: "tap3")
      let mirror = profile("{name: m, select_src_port: [tap1, tap2, tap3, bond0, mgmt], output_port: mon0}")
      let mirrorctl = MirrorCommand(in: lab.sw)
      let notes = [
        "source mgmt: a VRF, whose packets do not pass its hooks: select its interfaces",
        "source tap3: it has no carrier", "source bond0: it has no members", "source tap2: it is down",
      ]
      let plan = try mirrorctl.run("plan", "-f", "-", profile: mirror)
      for note in notes { #expect(plan.text.contains("note: mirror m: \(note)\n"), "\(plan)") }
      try mirrorctl.apply(mirror)
      let status = try mirrorctl.status("m")
      #expect(status.state == "active" && Set(status.notes) == Set(notes), "\(status)")
      let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1))
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame])
      try lab.sw.ip("link set dev tap2 up")
      try lab.sw.awaitForwarding(except: ["tap3", "bond0"])
      #expect(try mirrorctl.status("m").notes.count == 3)
    }
  }
}
