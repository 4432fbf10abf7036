import Testing

/// The kernel's test mirror_gre_vlan_bridge_1q: the tunnel leaves by VLAN 555 of the mirrored bridge, and the bridge changes
/// while the mirror is there. No change needs another apply.
@Suite("Kernel cases: mirror_gre_vlan_bridge_1q", .fullKernel)
struct MirrorGREBridgeVLANTests {
  private func withMirror(
    _ kind: TunnelKind, _ side: MirroredSide,
    _ body: (UnderlayLab, Capture, (Int, Comment) throws -> Void) throws -> Void
  ) throws {
    try withUnderlayLab(bridge: "vlan_filtering 1") { lab in
      try lab.sw.ip("link set dev up0 master br0", "link add u555 link br0 type vlan id 555")
      try lab.sw.bridge(
        "vlan add dev br0 vid 555 self", "vlan add dev up0 vid 555",
        "fdb replace \(UnderlayLab.neighbor) dev up0 vlan 555 master static")
      try lab.addUnderlay("u555")
      try lab.sw.awaitForwarding()
      let collector = try lab.capture()
      #expect(try lab.copies(kind, at: collector) == [])
      try lab.mirrorctl.applyWithWarnings(UnderlayLab.mirror(kind, side))
      try body(lab, collector) { (count: Int, moment: Comment) throws in
        #expect(try lab.copies(kind, at: collector).kinds == Array(side.tenFrames.prefix(count)), moment)
      }
      try lab.mirrorctl.clear()
      #expect(try lab.copies(kind, at: collector) == [])
    }
  }

  @Test(
    "mirror_gre_vlan_bridge_1q: forbidden_cpu, forbidden_egress: VLAN deleted from the bridge, from the way out, and added again",
    arguments: MirrorGREUnderlayTests.cases)
  func forbidden(kind: TunnelKind, side: MirroredSide) throws {
    try withMirror(kind, side) { lab, _, expect in
      try expect(10, "at first")
      for port in ["br0 vid 555 self", "up0 vid 555"] {
        try lab.sw.bridge("vlan del dev \(port)")
        try expect(0, "without \(port)")
        try lab.sw.bridge("vlan add dev \(port)")
        try expect(10, "with \(port) again")
      }
    }
  }

  @Test(
    "mirror_gre_vlan_bridge_1q: untagged_egress, fdb_roaming, stp: tags off and on, the next hop elsewhere, the port disabled",
    arguments: MirrorGREUnderlayTests.cases)
  func changes(kind: TunnelKind, side: MirroredSide) throws {
    try withMirror(kind, side) { lab, collector, expect in
      #expect(try lab.outerTags(kind, at: collector) == MirrorGREUnderlayTests.tenTags)
      try lab.sw.bridge("vlan add dev up0 vid 555 untagged")
      #expect(try lab.outerTags(kind, at: collector) == [[UInt16]](repeating: [], count: 10))
      try lab.sw.bridge("vlan add dev up0 vid 555")
      #expect(try lab.outerTags(kind, at: collector) == MirrorGREUnderlayTests.tenTags)

      try lab.sw.bridge(
        "vlan add dev tap2 vid 555 untagged", "fdb replace \(UnderlayLab.neighbor) dev tap2 vlan 555 master static")
      try expect(0, "the next hop is behind tap2")
      try lab.sw.bridge("fdb replace \(UnderlayLab.neighbor) dev up0 vlan 555 master static")
      try expect(10, "and back")

      try lab.sw.bridge("link set dev up0 state 0")
      try expect(0, "the port is disabled")
      try lab.sw.bridge("link set dev up0 state 3")
      try expect(10, "and forwards again")
    }
  }
}
