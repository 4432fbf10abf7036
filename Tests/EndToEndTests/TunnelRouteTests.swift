import Testing

/// S46: the tunnel goes where the kernel sends it, and what is told of it asks the kernel the same question.
@Suite("Routes of tunnels", .fullKernel)
struct TunnelRouteTests {
  private static let types = ["type: gretap", "type: vxlan, vni: 7", "type: erspan, session_id: 3"]

  private static func mirror(_ options: String) -> String {
    profile("{name: m3, bridge: br0, select_src_port: tap1, output_tunnel: {\(options)}}")
  }

  /// Gives the uplink to a VRF `mgmt`.
  private func withVRF(_ body: (TunnelLab) throws -> Void) throws {
    try withTunnelLab(collector: .isSilent) { lab in
      try lab.sw.ip(
        "link add mgmt type vrf table 10", "link set dev mgmt up", "link set dev up0 master mgmt")
      try lab.sw.enableIPv6(on: "mgmt")
      try lab.sw.ip(
        "route replace 10.95.30.0/24 via 10.0.2.2 vrf mgmt", "neigh replace 10.0.2.2 lladdr 02:00:00:00:03:02 dev up0",
        "addr replace fd00:2::15/64 dev up0 nodad", "route replace fd00:95::/64 via fd00:2::2 vrf mgmt",
        "neigh replace fd00:2::2 lladdr 02:00:00:00:03:02 dev up0")
      try body(lab)
    }
  }

  private func expectCopies(_ lab: TunnelLab, _ state: String, sourceLocation: SourceLocation = #_sourceLocation) throws
  {
    let uplink = try lab.capture()
    try lab.first.ping(from: 1, to: 2, count: 3)
    let copies = try uplink.drain().compactMap(\.packet).count { [Packet.gre, Packet.udp].contains($0.protocolNumber) }
    #expect(copies == (state == "active" ? 3 : 0), sourceLocation: sourceLocation)
    let status = try MirrorCommand(in: lab.sw).status("m3")
    #expect(status.state == state, "\(status)", sourceLocation: sourceLocation)
  }

  @Test(
    "S46: by an interface of a VRF, and by the VRF", arguments: types,
    ["device: up0", "vrf: mgmt", "vrf: mgmt, local: 10.0.2.15"])
  func vrf(type: String, way: String) throws {
    try withVRF { lab in
      try MirrorCommand(in: lab.sw).apply(Self.mirror("\(type), remote: 10.95.30.43, \(way)"))
      try expectCopies(lab, "active")
    }
  }

  @Test("S46: over IPv6 by a VRF", arguments: ["type: gretap", "type: vxlan, vni: 7"])
  func vrf6(type: String) throws {
    try withVRF { lab in
      try lab.sw.ip("link set dev up0 mtu 1600")
      try MirrorCommand(in: lab.sw).apply(Self.mirror("\(type), remote: \"fd00:95::43\", vrf: mgmt"))
      try expectCopies(lab, "active")
    }
  }

  @Test("S46: the tables of other VRFs, or of none, lead nowhere, and that is said; a VRF that is none is refused")
  func elsewhere() throws {
    try withVRF { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.applyWithWarnings(Self.mirror("type: gretap, remote: 10.95.30.43"))
      try expectCopies(lab, "degraded")
      #expect(try mirrorctl.status("m3").reasons == ["there is no route to 10.95.30.43"])
      try lab.sw.ip("link add other type vrf table 11", "link set dev other up")
      try lab.sw.ip("route add unreachable default vrf other")
      try mirrorctl.applyWithWarnings(Self.mirror("type: gretap, remote: 10.95.30.43, vrf: other"))
      try expectCopies(lab, "degraded")
      #expect(try mirrorctl.status("m3").reasons == ["there is no route to 10.95.30.43 in VRF other"])
      let text = try mirrorctl.refuse(Self.mirror("type: gretap, remote: 10.95.30.43, vrf: up0"), status: 65).errorText
      #expect(text.contains("up0 is not a VRF"), "\(text)")
      try mirrorctl.applyWithWarnings(Self.mirror("type: gretap, remote: 10.95.30.43, vrf: nowhere"))
      #expect(try mirrorctl.status("m3").reasons == ["VRF nowhere does not exist"])
    }
  }

  @Test("S46: by an interface although the routes lead elsewhere, or nowhere")
  func device() throws {
    try withTunnelLab(collector: .isSilent) { lab in
      try lab.sw.ip(
        "route del 10.95.30.0/24", "neigh add 10.95.30.43 lladdr 02:00:00:00:03:02 dev up0 nud permanent")
      try MirrorCommand(in: lab.sw).apply(Self.mirror("type: gretap, remote: 10.95.30.43, device: up0"))
      try expectCopies(lab, "active")
    }
  }

  @Test("S46: a rule for the mark of copies counts for vxlan, which looks at it, and not for GRE, which does not")
  func rule() throws {
    try withTunnelLab(collector: .isSilent) { lab in
      try lab.sw.ip(
        "route del 10.95.30.0/24", "route add 10.95.30.0/24 via 10.0.2.2 table 20",
        "rule add fwmark 0x0d000000/0xff000000 table 20")
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror("type: vxlan, vni: 7, remote: 10.95.30.43"))
      try expectCopies(lab, "active")
      try mirrorctl.applyWithWarnings(Self.mirror("type: gretap, remote: 10.95.30.43"))
      try expectCopies(lab, "degraded")
      try mirrorctl.applyWithWarnings(Self.mirror("type: vxlan, vni: 7, remote: 10.95.30.43, mark: 0x1"))
      try expectCopies(lab, "degraded")
    }
  }
}
