import Testing

/// The kernel's tests mirror_gre_bridge_1d, _bridge_1d_vlan, _bridge_1q and _vlan: what is below the tunnel.
@Suite("Kernel cases: below the tunnel", .fullKernel)
struct MirrorGREUnderlayTests {
  /// The underlay cares for the packets and not for the hook that they come from: one side each.
  static let cases = zip(TunnelKind.gretaps, MirroredSide.allCases).map { ($0, $1) }
  private static let bridge = "stp_state 0 forward_delay 0 mcast_snooping 0"

  @Test("mirror_gre_bridge_1d: the route leads over a bridge without VLANs", arguments: cases)
  func bridge1d(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlayLab { lab in
      try lab.sw.ip("link add br2 type bridge \(Self.bridge)", "link set dev up0 master br2")
      try lab.addUnderlay("br2")
      try lab.sw.awaitForwarding()
      try lab.expectMirror(kind, side)
    }
  }

  @Test(
    "mirror_gre_bridge_1d_vlan: a VLAN device is in the bridge: copies are tagged, none pass while STP disables the port",
    arguments: cases)
  func bridge1dVLAN(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlayLab { lab in
      try lab.sw.ip(
        "link add br2 type bridge \(Self.bridge)", "link add v555 link up0 type vlan id 555",
        "link set dev v555 addrgenmode none master br2 up")
      try lab.addUnderlay("br2")
      try lab.sw.awaitForwarding()
      try lab.expectMirror(kind, side)

      try lab.mirrorctl.applyWithWarnings(UnderlayLab.mirror(kind, side))
      let collector = try lab.capture()
      #expect(try lab.outerTags(kind, at: collector) == Self.tenTags)
      try lab.sw.bridge("link set dev v555 state 0")
      #expect(try lab.outerTags(kind, at: collector) == [])
      try lab.sw.bridge("link set dev v555 state 3")
      #expect(try lab.outerTags(kind, at: collector) == Self.tenTags, "without another apply")
    }
  }

  @Test("mirror_gre_bridge_1q: the bridge itself is in VLAN 555, the way out tagged", arguments: cases)
  func bridge1q(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlayLab { lab in
      try lab.sw.ip(
        "link add br2 type bridge \(Self.bridge) vlan_filtering 1 vlan_default_pvid 0", "link set dev up0 master br2")
      try lab.sw.bridge("vlan add dev br2 vid 555 pvid untagged self", "vlan add dev up0 vid 555")
      try lab.addUnderlay("br2")
      try lab.sw.awaitForwarding()
      try lab.expectMirror(kind, side)
      try lab.mirrorctl.applyWithWarnings(UnderlayLab.mirror(kind, side))
      #expect(try lab.outerTags(kind, at: lab.capture()) == Self.tenTags)
    }
  }

  @Test("mirror_gre_vlan: the route leads over a VLAN device", arguments: cases)
  func vlan(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlayLab { lab in
      try lab.sw.ip("link add v555 link up0 type vlan id 555")
      try lab.addUnderlay("v555")
      try lab.expectMirror(kind, side)
      try lab.mirrorctl.applyWithWarnings(UnderlayLab.mirror(kind, side))
      #expect(try lab.outerTags(kind, at: lab.capture()) == Self.tenTags)
    }
  }

  static let tenTags = [[UInt16]](repeating: [555], count: 10)
}

extension UnderlayLab {
  /// The tags of the outer packets that ten echo requests and their answers gave.
  func outerTags(_ kind: TunnelKind, at capture: Capture) throws -> [[UInt16]] {
    try traffic(at: capture).filter { frame in
      frame.untagged.packet.map { !kind.contents(of: [$0]).isEmpty } ?? false
    }.map { $0.tags.map(\.vlan) }
  }
}
