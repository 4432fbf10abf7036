import Testing

/// Mirrors of so many ports that their filters share programs.
@Suite("Many ports", .anyKernel)
struct SmallKernelManyPortsTests {
  private static let ports = 1...70
  private static let selection = "{name: m0, select_src_port: \"vm*\", select_dst_port: \"vm*\""

  /// A namespace with ports `vm1` to `vm70`, whose other ends `peer1` to `peer70` are there too, and an output.
  private func withPorts(_ body: (SwitchLab, MirrorCommand, Capture) throws -> Void) throws {
    try withSwitchLab(hosts: 1) { lab in
      let analyser = try lab.addWire("mon0")
      let lines = Self.ports.flatMap { number in
        ["link add vm\(number) type veth peer name peer\(number)", "link set dev peer\(number) arp off up"]
          + ["link set dev vm\(number) arp off up"]
      }
      try lab.sw.run("ip", lines)
      try lab.sw.awaitForwarding()
      try body(lab, MirrorCommand(in: lab.sw), try lab.capture(wire: "mon0", to: analyser))
    }
  }

  private func frame(_ number: UInt16) -> Frame { .udp(number, to: .broadcast, from: SwitchLab.address(1)) }

  /// What is shown of the filters at all ingress hooks of the ports: how many share an eBPF program, and how many such programs.
  private func sharing(in lab: SwitchLab) throws -> (filters: Int, programs: Int) {
    let questions = Self.ports.map { "filter show dev vm\($0) ingress\n" }.joined()
    let text = try Command(["tc", "-batch", "-"], input: questions, in: lab.sw).succeed()
    let words = text.split { " \n".contains($0) }
    let ids = words.indices.filter { words[$0] == "id" }.map { words[$0 + 1] }
    return (ids.count, Set(ids).count)
  }

  @Test("S1, S5, S6: what filters that share a program copy; each becomes another in place, and clear leaves nothing")
  func changes() throws {
    try withPorts { lab, mirrorctl, capture in
      let before = try KernelDump(of: lab.sw)
      let sent = [frame(1), frame(2).tagged(10), frame(3).tagged(20), frame(4)]
      for (criterion, expected) in [
        ("", [0, 1, 2, 3]), (", select_vlan: [10, 30-40]", [1]), (", filter: \"udp src port 4\"", [3]),
        (", select_vlan: [0, 20], filter: \"vlan and udp\"", [2]), ("", [0, 1, 2, 3]),
      ] {
        let text = profile(Self.selection + criterion + ", output_port: mon0}")
        try mirrorctl.apply(text)
        let (filters, programs) = try sharing(in: lab)
        #expect(filters == 70 && programs == 1, "\(criterion): \(programs) programs for \(filters) filters")
        for number in [1, 33, 70] {
          let sender = try FrameSocket("peer\(number)", in: lab.sw, hearing: .nothing)
          for frame in sent { try sender.send(frame) }
          #expect(try capture.drain() == expected.map { sent[$0] }, "\(criterion)")
        }
        let plan = try mirrorctl.run("plan", "-f", "-", profile: text)
        #expect(plan.status == 0, "\(plan)")
      }
      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("S35: no copy is lost or doubled while many filters get another program that takes the same frames")
  func live() throws {
    try withPorts { lab, mirrorctl, capture in
      let sender = try FrameSocket("peer35", in: lab.sw, hearing: .nothing)
      try mirrorctl.apply(profile(Self.selection + ", output_port: mon0}"))
      var sent = 0
      for criterion in [", select_vlan: [0]", ", filter: udp", ""] {
        let text = profile(Self.selection + criterion + ", output_port: mon0}")
        let change = try mirrorctl.command(["apply", "-f", "-"], profile: text).start()
        while try change.isRunning() {
          try sender.send(frame(UInt16(sent & 0x7fff)))
          sent += 1
        }
        #expect(try change.finish().status == 0)
      }
      #expect(try capture.drain().count == sent)
    }
  }

  @Test("The script that explain prints leaves nothing to do, though its filters have programs of their own")
  func script() throws {
    try withPorts { lab, mirrorctl, _ in
      let text = profile("{name: m0, select_src_port: \"vm*\", select_vlan: [10, 20], output_port: mon0}")
      let script = try mirrorctl.run("explain", "-f", "-", profile: text)
      #expect(script.status == 0, "\(script)")
      var shell = Command(["sh", "-eu", "-s"], input: script.text, in: lab.sw)
      shell.limit = .seconds(60)
      try shell.succeed()
      let (filters, _) = try sharing(in: lab)
      #expect(filters == 0)
      let plan = try mirrorctl.run("plan", "-f", "-", profile: text)
      #expect(plan.status == 0, "\(plan)")
    }
  }
}
