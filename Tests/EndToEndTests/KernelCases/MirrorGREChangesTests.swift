import Testing

/// The kernel's tests mirror_gre_nh, mirror_gre_neigh and mirror_gre_changes.
@Suite("Kernel cases: mirror_gre_changes", .fullKernel)
struct MirrorGREChangesTests {
  /// A mirror with a local address, which a tunnel over IPv6 needs as long as there is no route.
  private static func mirror(_ kind: TunnelKind, _ side: MirroredSide) -> String {
    UnderlayLab.mirror(kind, side, "local: \(kind.isV4 ? "10.0.2.15" : "\"fd00:2::15\"")")
  }

  private func withUnderlay(_ body: (UnderlayLab) throws -> Void) throws {
    try withUnderlayLab { lab in
      try lab.far.ip("link set dev eth0 mtu 1600")
      try lab.sw.ip("link set dev up0 mtu 1600")
      try lab.addUnderlay("up0")
      try body(lab)
    }
  }

  @Test(
    "mirror_gre_nh, route_del: a route by a next hop comes and goes: copies follow, and status says when there is none",
    arguments: MirrorGREUnderlayTests.cases)
  func nextHop(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlay { lab in
      try lab.removeRoutes()
      let collector = try lab.capture()
      try lab.mirrorctl.applyWithWarnings(Self.mirror(kind, side))
      for _ in 1...2 {
        #expect(try lab.copies(kind, at: collector) == [], "no route")
        let degraded = try lab.mirrorctl.status("m3")
        #expect(degraded.state == "degraded")
        #expect(degraded.reasons.contains { $0.contains("there is no route to") }, "\(degraded.reasons)")
        try lab.addRoutes()
        #expect(try lab.copies(kind, at: collector).kinds == side.tenFrames, "without another apply")
        let active = try lab.mirrorctl.status("m3")
        #expect(active.state == "active", "\(active.reasons)")
        try lab.removeRoutes()
      }
      try lab.mirrorctl.clear()
      #expect(try lab.copies(kind, at: collector) == [])
    }
  }

  @Test(
    "mirror_gre_neigh: copies go to a wrong neighbour; once it is deleted the right one is found",
    arguments: MirrorGREUnderlayTests.cases)
  func neighbor(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlay { lab in
      let wrong = "02:00:00:00:03:99"
      try lab.sw.ip(
        "link set dev up0 arp on",
        "neigh replace \(kind.isV4 ? "10.0.2.2" : "fd00:2::2") lladdr \(wrong) dev up0 nud permanent")
      try lab.far.setParameter("ipv6/conf/eth0/disable_ipv6", to: "0")
      try lab.far.ip(
        "link set dev eth0 address \(UnderlayLab.neighbor) arp on", "addr add 10.0.2.2/24 dev eth0",
        "addr add fd00:2::2/64 dev eth0 nodad")
      try lab.mirrorctl.applyWithWarnings(Self.mirror(kind, side))
      let collector = try lab.capture()
      func receivers(_ frames: [Frame]) -> [String] {
        frames.filter { kind.contents(of: [$0.packet].compactMap(\.self)).count == 1 }.map { "\($0.destination)" }
      }
      #expect(receivers(try lab.traffic(at: collector)) == Array(repeating: wrong, count: 10))
      try lab.sw.ip("neigh del \(kind.isV4 ? "10.0.2.2" : "fd00:2::2") dev up0")
      try lab.first.ping(from: 1, to: 2, count: 10)
      let frames = try collector.frames { receivers($0).count >= 10 }
      #expect(receivers(frames) == Array(repeating: UnderlayLab.neighbor, count: 10))
    }
  }

  @Test(
    "mirror_gre_changes: tun_up, tun_del: the tunnel is set down, deleted: status says so, apply mends it",
    arguments: MirrorGREUnderlayTests.cases)
  func tunnel(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlay { lab in
      let (mirror, collector) = (Self.mirror(kind, side), try lab.capture())
      try lab.mirrorctl.applyWithWarnings(mirror)
      let applied = try KernelDump(of: lab.sw)
      let tunnel = try #require(lab.mirrorctl.status("m3").outputs.first?.interface)
      for event in ["set dev \(tunnel) down", "delete dev \(tunnel)"] {
        #expect(try lab.copies(kind, at: collector).kinds == side.tenFrames, "before \(event)")
        try lab.sw.ip("link \(event)")
        #expect(try lab.copies(kind, at: collector) == [], "after \(event)")
        #expect(try lab.mirrorctl.status("m3").state == "degraded", "after \(event)")
        try lab.mirrorctl.applyWithWarnings(mirror)
        #expect(try lab.mirrorctl.status("m3").state == "active")
        try applied.expectUnchanged(in: lab.sw)
      }
      #expect(try lab.copies(kind, at: collector).kinds == side.tenFrames)
    }
  }

  @Test(
    "mirror_gre_changes: egress_up: the uplink goes down and comes back: no copies meanwhile, and status says so",
    arguments: MirrorGREUnderlayTests.cases)
  func uplink(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlay { lab in
      try lab.mirrorctl.applyWithWarnings(UnderlayLab.mirror(kind, side, "device: up0"))
      #expect(try lab.copies(kind, at: lab.capture()).kinds == side.tenFrames)
      try lab.sw.ip("link set dev up0 down")
      try lab.first.ping(from: 1, to: 2, count: 10)
      let degraded = try lab.mirrorctl.status("m3")
      #expect(degraded.state == "degraded")
      #expect(degraded.reasons.contains { $0.contains("underlay up0 is down") }, "\(degraded.reasons)")
      try lab.addUnderlay("up0")
      try lab.sw.awaitForwarding()
      #expect(try lab.copies(kind, at: lab.capture()).kinds == side.tenFrames, "without another apply")
      let active = try lab.mirrorctl.status("m3")
      #expect(active.state == "active", "\(active.reasons)")
    }
  }

  @Test(
    "mirror_gre_changes: remote_ip: to a wrong collector, then to the right one",
    arguments: MirrorGREUnderlayTests.cases)
  func remote(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlay { lab in
      let collector = try lab.capture()
      func receivers() throws -> [NetworkAddress] {
        try lab.traffic(at: collector).compactMap(\.packet).filter { kind.contents(of: [$0]).count == 1 }
          .map(\.destination)
      }
      let right = kind.isV4 ? TunnelLab.collector : TunnelLab.collector6
      let mirror = UnderlayLab.mirror(kind, side)
      let wrong = mirror.split(separator: ":43\"").joined(separator: ":99\"").split(separator: ".43").joined(
        separator: ".99")
      try lab.mirrorctl.applyWithWarnings(wrong)
      let lost = try receivers()
      #expect(lost.count == 10 && !lost.contains(right))
      try lab.mirrorctl.applyWithWarnings(mirror)
      #expect(try receivers() == Array(repeating: right, count: 10))
    }
  }
}
