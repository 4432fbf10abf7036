import Testing

/// Copies that hardware may not, or must, make, on interfaces that have no such hardware.
@Suite("Hardware offload", .fullKernel)
struct OffloadTests {
  private func mirror(_ policy: String, _ more: String = "select_dst_port: [tap1, tap2], output_port: tap3") -> String {
    profile("{name: m0, bridge: br0, select_src_port: tap1, offload: \(policy), \(more)}")
  }

  @Test(
    "offload: off keeps filters and actions out of hardware; copies are made, and policies change in both directions")
  func off() throws {
    try withSwitchLab(hosts: 3) { lab in
      try lab.ping(from: 1, to: 2)
      let mirrorctl = MirrorCommand(in: lab.sw)
      let analyser = try lab.capture(at: 3)
      for policy in ["off", "auto", "off"] {
        try mirrorctl.apply(mirror(policy))
        try lab.ping(from: 1, to: 2, count: 1)
        #expect(try analyser.drain().kinds == ["request", "reply"], "S8")
        let filters = try ["ingress", "egress"].map {
          try Command(["tc", "filter", "show", "dev", "tap1", $0], in: lab.sw).succeed()
        }
        #expect(filters.joined().contains("skip_hw") == (policy == "off"))
        let show = try mirrorctl.run("show", "m0")
        #expect(show.text.contains(": \(policy), 0 of "), "\(show)")
        let plan = try mirrorctl.run("plan", "-f", "-", profile: mirror(policy))
        #expect(plan.status == 0, "S34: \(plan)")
      }
      try mirrorctl.clear()
    }
  }

  @Test("The script that explain prints for offload: off gives the state that apply gives")
  func explain() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let script = try mirrorctl.run("explain", "-f", "-", profile: mirror("off"))
      try Command(["sh"], input: script.text, in: lab.sw).succeed()
      let plan = try mirrorctl.run("plan", "-f", "-", profile: mirror("off"))
      #expect(plan.status == 0, "\(plan)")
    }
  }

  @Test("S33, S34: offload: require is refused with interface, mirror and remedy; the running mirror stays")
  func require() throws {
    try withSwitchLab(hosts: 3) { lab in
      try lab.ping(from: 1, to: 2)
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(mirror("auto"))
      let refusal = try mirrorctl.refuse(mirror("require"), status: 1)
      for words in ["mirror m0: ", "tap2 egress", "skip_sw", "no hardware here", "'offload: auto'"] {
        #expect(refusal.errorText.contains(words), "\(refusal)")
      }
      let analyser = try lab.capture(at: 3)
      try lab.ping(from: 1, to: 2, count: 1)
      #expect(try analyser.drain().kinds == ["request", "reply"])
    }
  }

  @Test(
    "S33: what takes a stage is refused before the kernel is asked",
    arguments: ["output_vlan: 111", "output_vlan: {id: 9, ports: tap3}"])
  func stage(output: String) throws {
    try withSwitchLab(hosts: 3) { lab in
      let refusal = try MirrorCommand(in: lab.sw).refuse(mirror("require", output), status: 65)
      #expect(refusal.errorText.contains("mirror m0 (profile"), "\(refusal)")
      #expect(refusal.errorText.contains("'offload: auto'"), "\(refusal)")
    }
  }
}
