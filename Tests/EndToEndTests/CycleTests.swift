import Testing

/// S31: what would multiply frames is found before it is applied.
@Suite("Cycles", .fullKernel)
struct CycleTests {
  private func expectRefusal(_ lab: SwitchLab, naming names: [String], _ text: String) throws {
    let output = try MirrorCommand(in: lab.sw).refuse(text, status: 65)
    for name in names { #expect(output.errorText.contains(name), "\(output)") }
  }

  @Test("S31: two mirrors that feed each other")
  func twoMirrors() throws {
    try withSwitchLab(hosts: 2) { lab in
      try expectRefusal(
        lab, naming: ["m0", "m1", "tap1", "tap2"],
        profile(
          "{name: m0, select_dst_port: tap1, output_port: tap2}",
          "{name: m1, select_dst_port: tap2, output_port: tap1}"))
    }
  }

  @Test("S31: an output whose veth peer is the source")
  func peer() throws {
    try withSwitchLab(hosts: 1) { lab in
      try lab.sw.ip("link add va type veth peer name vb", "link set dev va up", "link set dev vb up")
      try expectRefusal(
        lab, naming: ["m0", "va", "vb"], profile("{name: m0, select_src_port: va, output_port: vb}"))
    }
  }

  @Test("S31: through a VLAN device and through a bridge")
  func stacked() throws {
    try withSwitchLab(hosts: 1) { lab in
      try lab.sw.ip("link add link tap1 name tap1.5 type vlan id 5", "link set dev tap1.5 up")
      try expectRefusal(
        lab, naming: ["m0", "tap1"], profile("{name: m0, select_dst_port: tap1, output_port: tap1.5}"))
      try expectRefusal(
        lab, naming: ["m0", "br0"], profile("{name: m0, select_dst_port: tap1, output_port: br0}"))
    }
  }

  @Test("S31: across profiles: a second profile that closes the circle with the installed one")
  func acrossProfiles() throws {
    try withSwitchLab(hosts: 2) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.applyWithWarnings("profile: one\n" + body("{name: m0, select_dst_port: tap1, output_port: tap2}"))
      try mirrorctl.refuse(
        "profile: two\n" + body("{name: m1, select_dst_port: tap2, output_port: tap1}"), status: 65)
    }
  }

  @Test("S31: force: true allows it")
  func force() throws {
    try withSwitchLab(hosts: 1) { lab in
      try lab.sw.ip("link add va type veth peer name vb", "link set dev va up", "link set dev vb up")
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m0, select_src_port: va, output_port: vb, force: true}"))
      try mirrorctl.clear()
    }
  }

  private func body(_ mirror: String) -> String { "version: 1\nmirrors:\n  - \(mirror)\n" }
}
