import Testing

/// The kernel's tests mirror_gre_bridge_1q_lag and mirror_gre_lag_lacp, with a bond for the team.
@Suite("Kernel cases: mirror_gre_lag", .fullKernel)
struct MirrorLAGTests {
  @Test(
    "mirror_gre_lag: a slave goes down, is moved away: copies leave by the other; none when both are gone",
    arguments: MirrorGREUnderlayTests.cases)
  func slaves(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlayLab { lab in
      let other = try lab.first.addWire("up1")
      try lab.sw.ip(
        "link add bond0 type bond mode active-backup miimon 10", "link set dev up0 down",
        "link set dev up0 master bond0", "link set dev up1 down", "link set dev up1 master bond0")
      try lab.addUnderlay("bond0")
      try lab.awaitSlave("up0")
      // A packet socket does not outlive its interface's going down, so each look takes new ones.
      func copies(by slave: String) throws -> [String] {
        let end = slave == "up0" ? lab.far : other
        let collector = try Capture("eth0", in: end, barrier: slave, in: lab.sw)
        return try lab.copies(kind, at: collector).kinds
      }
      #expect(try copies(by: "up0") == [], "before")
      try lab.mirrorctl.applyWithWarnings(UnderlayLab.mirror(kind, side))
      #expect(try copies(by: "up0") == side.tenFrames)
      #expect(try copies(by: "up1") == [])

      try lab.sw.ip("link set dev up0 down")
      try lab.awaitSlave("up1")
      #expect(try copies(by: "up1") == side.tenFrames, "the first slave is down")
      try lab.sw.ip("link set dev up0 up", "link set dev up1 nomaster")
      try lab.awaitSlave("up0")
      #expect(try copies(by: "up0") == side.tenFrames, "the second was moved away")
      try lab.sw.ip("link set dev up0 down")
      try lab.awaitSlave(nil)
      let degraded = try lab.mirrorctl.status("m3")
      #expect(degraded.reasons.contains("underlay bond0 has no carrier"), "\(degraded.reasons)")

      try lab.sw.ip("link set dev up0 up")
      try lab.awaitSlave("up0")
      #expect(try copies(by: "up0") == side.tenFrames, "and back, without another apply")
      let active = try lab.mirrorctl.status("m3")
      #expect(active.state == "active", "\(active.reasons)")
      try lab.mirrorctl.clear()
      #expect(try copies(by: "up0") == [], "after")
    }
  }
}

extension UnderlayLab {
  /// Waits until the bond sends by an interface, or has none to send by.
  fileprivate func awaitSlave(_ name: String?) throws {
    try Deadline.after(.seconds(60)).wait(for: "bond0 to use \(name ?? "no slave")") {
      let text = try Command(["ip", "-json", "-details", "link", "show", "dev", "bond0"], in: sw).succeed()
      let bond = try JSONValue(text: text).elements?.first
      let carrier = bond?["flags"]?.elements?.contains(.string("LOWER_UP")) ?? false
      return bond?["linkinfo"]?["info_data"]?.text("active_slave") == name && carrier == (name != nil)
    }
  }
}
