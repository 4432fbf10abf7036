import Testing

/// The kernel's tests mirror_gre, mirror_gre_flower and mirror_gre_bound.
@Suite("Kernel cases: mirror_gre", .fullKernel)
struct MirrorGRETests {
  @Test(
    "mirror_gre: gretap and ip6gretap, ingress and egress: ten frames are ten copies, the MAC addresses inside as they were",
    arguments: TunnelKind.gretaps, MirroredSide.allCases)
  func mirror(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlayLab { lab in
      try lab.addUnderlay("up0")
      try lab.expectMirror(kind, side)
      try lab.mirrorctl.applyWithWarnings(UnderlayLab.mirror(kind, side))
      let (near, other) = (SwitchLab.address(1), SwitchLab.address(2))
      let copies = try lab.copies(kind, at: lab.capture())
      #expect(copies.allSatisfy { $0.source == (side == .ingress ? near : other) })
      #expect(copies.allSatisfy { $0.destination == (side == .ingress ? other : near) })
    }
  }

  @Test("mirror_gre: two_spans: each goes by itself, whichever goes first; applying again changes nothing")
  func twoSpans() throws {
    try withUnderlayLab { lab in
      try lab.addUnderlay("up0")
      let (v4, v6) = (TunnelKind.gretaps[0], TunnelKind.gretaps[1])
      let both = profile(
        "{name: m4, bridge: br0, select_src_port: tap1, \(v4.output())}",
        "{name: m6, bridge: br0, select_dst_port: tap1, \(v6.output())}")
      let collector = try lab.capture()
      func expect(_ first: [String], _ second: [String], _ moment: Comment) throws {
        let packets = try lab.traffic(at: collector).compactMap(\.packet)
        #expect(v4.contents(of: packets.filter { $0.source.octets.count == 4 }).map(\.frame).kinds == first, moment)
        #expect(v6.contents(of: packets.filter { $0.source.octets.count == 16 }).map(\.frame).kinds == second, moment)
      }
      let (requests, replies) = (MirroredSide.ingress.tenFrames, MirroredSide.egress.tenFrames)
      try expect([], [], "before")
      for gone in ["m4", "m6"] {
        try lab.mirrorctl.applyWithWarnings(both)
        let applied = try KernelDump(of: lab.sw)
        try lab.mirrorctl.applyWithWarnings(both)
        try applied.expectUnchanged(in: lab.sw, "applied again")
        try expect(requests, replies, "both")
        #expect(try lab.mirrorctl.run("delete", gone).status == 0)
        try expect(gone == "m4" ? [] : requests, gone == "m6" ? [] : replies, "without \(gone)")
        #expect(try lab.mirrorctl.run("delete", gone == "m4" ? "m6" : "m4").status == 0)
        try expect([], [], "without both")
      }
    }
  }

  @Test(
    "mirror_gre_flower: frames to one address only, once they match, and none once the mirror is gone",
    arguments: TunnelKind.gretaps, MirroredSide.allCases)
  func flower(kind: TunnelKind, side: MirroredSide) throws {
    try withUnderlayLab { lab in
      try lab.addUnderlay("up0")
      // A second address at either end: the mirror is for frames to these.
      let wanted = ["10.10.10.31", "10.10.10.32"]
      for (number, address) in zip(1..., wanted) { try lab.first.host(number).ip("addr add \(address)/24 dev eth0") }
      let destination = side == .ingress ? wanted[1] : wanted[0]
      let collector = try lab.capture()
      func copies(between source: String, and target: String) throws -> [Frame] {
        try Command(
          ["ping", "-n", "-q", "-i", "0.002", "-W", "5", "-c", "10", "-I", source, target], in: lab.first.host(1)
        ).succeed()
        return kind.contents(of: try collector.drain().compactMap(\.packet)).map(\.frame).filter { !$0.isARP }
      }
      #expect(try copies(between: wanted[0], and: wanted[1]) == [])
      try lab.mirrorctl.applyWithWarnings(
        profile("{name: m3, bridge: br0, \(side.selection), filter: \"dst host \(destination)\", \(kind.output())}"))
      #expect(try lab.copies(kind, at: collector) == [], "to other addresses")
      #expect(try copies(between: wanted[0], and: wanted[1]).kinds == side.tenFrames)
      try lab.mirrorctl.clear()
      #expect(try copies(between: wanted[0], and: wanted[1]) == [])
    }
  }

  @Test(
    "mirror_gre_bound: device: leads the tunnel by an interface, where the best route leads by another",
    arguments: MirroredSide.allCases)
  func bound(side: MirroredSide) throws {
    try withUnderlayLab { lab in
      let kind = TunnelKind.gretaps[0]
      try lab.addUnderlay("up0")
      try lab.sw.ip(
        "link add elsewhere type dummy", "link set dev elsewhere up", "route add 10.95.30.43 dev elsewhere",
        "route add 10.95.30.43 via 10.0.2.2 dev up0 metric 100")
      try lab.expectMirror(kind, side, "device: up0, local: 10.0.2.15")
      try lab.mirrorctl.applyWithWarnings(UnderlayLab.mirror(kind, side, "local: 10.0.2.15"))
      #expect(try lab.copies(kind, at: lab.capture()) == [], "without device: the routes decide")
    }
  }

  @Test("mirror_gre_bound: over IPv6, where device: is the interface of the route", arguments: MirroredSide.allCases)
  func boundIPv6(side: MirroredSide) throws {
    try withUnderlayLab { lab in
      try lab.addUnderlay("up0")
      try lab.expectMirror(TunnelKind.gretaps[1], side, "device: up0, local: \"fd00:2::15\"")
    }
  }
}
