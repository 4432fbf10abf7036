import Testing

/// S34 and what else can come between: failures, signals, a second caller.
@Suite("Transactions", .fullKernel)
struct TransactionTests {
  /// A profile with much to do: ports, a VLAN, a tunnel and a reserved output.
  private static let large = profile(
    "{name: m0, bridge: br0, select_src_port: tap1, select_dst_port: tap1, output_port: tap2}",
    "{name: m1, select_src_port: tap1, output_vlan: {id: 111, ports: [up0]}}",
    "{name: m2, bridge: br0, select_src_port: tap1, filter: \"udp\", output_tunnel: "
      + "{type: gretap, remote: 10.95.30.43, key: 5}}")

  /// A mirror into each type of tunnel that `large` lacks; one mirror takes about fifty commands.
  private static let tunnels = profile(
    mirrors: [2, 4, 5, 7, 8, 9].map { TunnelKind.all[$0] }.enumerated().map { number, kind in
      "{name: m\(number), select_src_port: tap1, \(kind.output("ttl: 9, tos: 8"))}"
    })

  @Test("S34: when the kernel refuses a part, the whole is taken back")
  func rollback() throws {
    try withTunnelLab { lab in
      // Another tool's device with the same addresses and key, out of sight: the kernel accepts no second one.
      try lab.sw.ip("link add theirs type gretap remote 10.95.30.43 key 5", "link set dev theirs netns \(lab.world)")
      let before = try KernelDump(of: lab.sw)
      let mirrorctl = MirrorCommand(in: lab.sw)
      let output = try mirrorctl.run("apply", "-f", "-", profile: Self.large)
      #expect(output.status != 0 && output.status != 64, "\(output)")
      #expect(output.errorText.contains("m2"), "\(output)")
      try before.expectUnchanged(in: lab.sw)
      #expect(try mirrorctl.run("list").text == "")
    }
  }

  @Test("the script that explain prints gives the kernel state that apply gives", arguments: [large, tunnels])
  func explain(profile: String) throws {
    try withTunnelLab { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let before = try KernelDump(of: lab.sw)
      let script = try mirrorctl.run("explain", "-f", "-", profile: profile)
      #expect(script.status == 0, "\(script)")
      try before.expectUnchanged(in: lab.sw, "explain changes nothing")
      try mirrorctl.applyWithWarnings(profile)
      let applied = try KernelDump(of: lab.sw)

      try withTunnelLab { other in
        var shell = Command(["sh", "-eu", "-s"], input: script.text, in: other.sw)
        shell.limit = .seconds(60)
        let output = try shell.run()
        try #require(output.status == 0, "\(output)\n\(script.text)")
        try applied.expectUnchanged(in: other.sw)
        let plan = try MirrorCommand(in: other.sw).run("plan", "-f", "-", profile: profile)
        #expect(plan.status == 0, "nothing is left to do: \(plan)")
      }
    }
  }

  @Test("two applies at once give what one gives")
  func concurrentApplies() throws {
    try withTunnelLab { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let before = try KernelDump(of: lab.sw)
      try mirrorctl.apply(Self.large)
      let applied = try KernelDump(of: lab.sw)
      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)

      let both = try (1...2).map { _ in try mirrorctl.command(["apply", "-f", "-"], profile: Self.large).start() }
      for output in try both.map({ try $0.finish() }) { #expect(output.status == 0, "\(output)") }
      try applied.expectUnchanged(in: lab.sw)
    }
  }
}
