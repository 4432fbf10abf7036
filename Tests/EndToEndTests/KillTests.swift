import Glibc
import Testing

/// S48 and S34 with everything that mirrors can make and remove.
@Suite("Kills of everything", .fullKernel)
struct KillTests {
  private static let change = KilledChange(
    from: profile(
      mirrors: [
        "{name: m0, bridge: br0, select_src_port: [tap1, tap2], snaplen: 100, output_port: tap3}",
        "{name: m1, bridge: br0, select_src_port: tap1, output_vlan: 111}",
        "{name: m2, select_src_port: tap1, output_tunnel: {type: gretap, key: 1, remote: 10.95.30.43}}",
      ], bridges: ["{name: br0, flood_vlans: [111]}"]),
    to: profile(
      mirrors: [
        "{name: m0, bridge: br0, select_src_port: tap1, select_dst_port: tap3, select_vlan: 1, output_port: tap2}",
        "{name: m1, bridge: br0, select_src_port: tap1, filter: \"udp port 53\", output_vlan: {id: 112, keep_inner: true}}",
        "{name: m2, select_src_port: tap1, output_tunnel: {type: gretap, key: 2, remote: 10.95.30.43}}",
        "{name: m4, select_src_port: tap3, normalize: true, sample: 2, output_port: up0}",
        "{name: m5, select_src_port: tap3, output_tunnel: {type: erspan, version: 1, session_id: 5, remote: 10.95.30.43}}",
      ], bridges: ["{name: br0, flood_vlans: [112]}"]), requests: 10)

  private func withLab(_ body: (NetworkNamespace) throws -> Void) throws {
    try withTunnelLab(hosts: 3, bridge: "vlan_filtering 1") { lab in
      try lab.sw.bridge("vlan add vid 111-112 dev tap1", "vlan add vid 111 dev tap2", "vlan add vid 112 dev tap3")
      try body(lab.sw)
    }
  }

  @Test("S48: apply and clear, killed before each of their requests")
  func commands() throws {
    try withLab { try Self.change.expectNoTrace(in: $0) }
  }

  @Test("S48: the service, killed before each of its requests")
  func service() throws {
    try withLab { try Self.change.expectNoTraceOfService(in: $0) }
  }

  @Test("S48: a device of our kind with just our name and no mark yet: apply takes it over, clear removes it")
  func unmarked() throws {
    try withLab { sw in
      let mirrorctl = MirrorCommand(in: sw)
      let nothing = try KernelDump(of: sw)
      try mirrorctl.apply(Self.change.before)
      let wanted = try KernelDump(of: sw)
      let links = try JSONValue(text: Command(["ip", "-json", "link", "show", "type", "dummy"], in: sw).succeed())
      let names = (links.elements ?? []).compactMap { $0.text("ifname") }
      try mirrorctl.clear()
      #expect(!names.isEmpty)
      for name in names {
        try sw.ip("link add \(name) type dummy")
        try mirrorctl.clear()
        try nothing.expectUnchanged(in: sw, "\(name) and clear")
        try sw.ip("link add \(name) type dummy")
        try mirrorctl.apply(Self.change.before)
        try wanted.expectUnchanged(in: sw, "\(name) and apply")
        try mirrorctl.clear()
      }
    }
  }

  @Test("S34: a stop before any request of an apply but the last undoes all of it")
  func interrupted() throws {
    try withLab { try Self.change.expectUndone(in: $0) }
  }
}
