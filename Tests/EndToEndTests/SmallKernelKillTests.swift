import Glibc
import Testing

/// S48: killed before any request that changes something, the next command or start of the service ends where it would have ended.
@Suite("Kills", .oneKernel)
struct SmallKernelKillTests {
  /// What every kernel can hold: ports, filters and reserved outputs.
  private static let change = KilledChange(
    from: profile(
      "{name: m0, bridge: br0, select_src_port: [tap1, tap2], output_port: tap3}",
      "{name: m2, select_dst_port: tap1, output_port: up0}"),
    to: profile(
      "{name: m0, bridge: br0, select_src_port: [tap1, tap3], output_port: tap2}",
      "{name: m1, select_src_port: br0, select_dst_port: br0, filter: \"udp\", output_port: up0}"))

  @Test("S48: apply and clear, killed before each of their requests")
  func commands() throws {
    try withTunnelLab(hosts: 3) { try Self.change.expectNoTrace(in: $0.sw) }
  }

  @Test("S48: the service, killed before each of its requests")
  func service() throws {
    try withTunnelLab(hosts: 3) { try Self.change.expectNoTraceOfService(in: $0.sw) }
  }

  @Test(
    "S34: a signal before any request of an apply but the last undoes all of it", arguments: [SIGINT, SIGTERM, SIGHUP])
  func interrupted(signal: Int32) throws {
    try withTunnelLab(hosts: 3) { try Self.change.expectUndone(by: signal, in: $0.sw) }
  }

  @Test("S34: what nohup has it ignore does not undo it")
  func ignored() throws {
    try withTunnelLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.change.before)
      let before = try KernelDump(of: lab.sw)
      try mirrorctl.clear()
      let output = try Command(
        ["nohup", MirrorCommand.path, "apply", "-f", "-"], input: Self.change.before,
        environment: MirrorCommand.environment(signal: SIGHUP, beforeRequest: 2), in: lab.sw
      ).run()
      #expect(output.status == 0, "\(output)")
      try before.expectUnchanged(in: lab.sw)
    }
  }
}
