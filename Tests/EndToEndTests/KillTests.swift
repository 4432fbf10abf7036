import Glibc
import Testing

/// S48 and S34 with everything that mirrors can make and remove.
@Suite("Kills of everything", .fullKernel)
struct KillTests {
  @Test("S48: apply and clear, killed before each of their requests")
  func commands() throws {
    try KilledChange.withLab { try KilledChange.ofEverything.expectNoTrace(in: $0) }
  }

  @Test("S48: a device of our kind with just our name and no mark yet: apply takes it over, clear removes it")
  func unmarked() throws {
    try KilledChange.withLab { sw in
      let mirrorctl = MirrorCommand(in: sw)
      let nothing = try KernelDump(of: sw)
      try mirrorctl.apply(KilledChange.ofEverything.before)
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
        try mirrorctl.apply(KilledChange.ofEverything.before)
        try wanted.expectUnchanged(in: sw, "\(name) and apply")
        try mirrorctl.clear()
      }
    }
  }

  /// A vxlan tunnel that is changed in place, its link and its forwarding table.
  private static let vxlan: KilledChange = {
    func mirror(_ tunnel: String) -> String {
      profile("{name: m0, select_src_port: tap1, output_tunnel: {type: vxlan, vni: 5, \(tunnel)}}")
    }
    return KilledChange(from: mirror("remote: 10.95.30.43"), to: mirror("remote: 10.95.30.44, device: up0, ttl: 9"))
  }()

  @Test("S48, S34: a vxlan tunnel whose change is cut short before any request is made whole, or as it was")
  func vxlan() throws {
    try KilledChange.withLab { try Self.vxlan.expectWhole(in: $0) }
    try KilledChange.withLab { try Self.vxlan.expectUndone(in: $0) }
  }

  @Test("S34: a stop before any request of an apply but the last undoes all of it")
  func interrupted() throws {
    try KilledChange.withLab { try KilledChange.ofEverything.expectUndone(in: $0) }
  }
}
