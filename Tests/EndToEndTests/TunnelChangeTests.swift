import Glibc
import Testing

/// S35: tunnels change while frames pass; S31, S33: what is in the way is told first.
@Suite("Tunnel changes", .fullKernel)
struct TunnelChangeTests {
  private static func mirror(_ kind: TunnelKind, _ more: String) -> String {
    profile("{name: m3, bridge: br0, select_src_port: tap1, \(kind.output(more))}")
  }

  /// Lets a second profile, with `ttl: 50`, take the place of the first while echo requests pass.
  ///
  /// - Returns: the time to live of their copies at the collector, and how many requests were sent.
  private func lifetimes(_ kind: TunnelKind, from old: String, to new: String) throws -> (copies: [UInt8], sent: Int) {
    try withTopology { topology in
      let lab = try TunnelLab(topology, collector: .isSilent)
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.applyWithWarnings(old)
      let uplink = try lab.capture()
      let traffic = try Command(
        ["ping", "-n", "-q", "-i", "0.002", "-W", "5", "-c", "20000", SwitchLab.ip(2).description],
        in: lab.first.host(1)
      ).start()
      var frames = try uplink.frames { !$0.isEmpty }
      try mirrorctl.applyWithWarnings(new)
      frames += try uplink.frames { $0.contains { $0.packet?.timeToLive == 50 } }
      try traffic.signal(SIGINT)
      let summary = try traffic.finish().text.split(separator: "\n").first { $0.contains("packets transmitted") }
      frames += try uplink.drain()
      let copies = frames.tunnelled.filter { kind.contents(of: [$0]).first?.frame.isEchoRequest ?? false }
      return (copies.map(\.timeToLive), try #require(summary?.split(separator: " ").first.flatMap { Int($0) }))
    }
  }

  /// geneve stops sending while it is changed.
  @Test(
    "S35: another ttl loses and doubles no copy", arguments: TunnelKind.all.filter { !$0.options.contains("geneve") })
  func timeToLive(kind: TunnelKind) throws {
    let found = try lifetimes(kind, from: Self.mirror(kind, "ttl: 100"), to: Self.mirror(kind, "ttl: 50"))
    #expect(found.copies.count == found.sent)
    #expect(Set(found.copies) == [100, 50])
    #expect(found.copies == found.copies.sorted(by: >))
  }

  @Test(
    "S35: another key is another device, made before the old one goes",
    arguments: [TunnelKind.all[0], TunnelKind.all[1]])
  func key(kind: TunnelKind) throws {
    let new = Self.mirror(kind, "ttl: 50").replacing("0x1111", with: "0x2222")
    let found = try lifetimes(kind, from: Self.mirror(kind, "ttl: 100"), to: new)
    #expect(found.copies.count == found.sent)
    #expect(Set(found.copies) == [100, 50])
  }

  @Test("S35: a geneve tunnel is changed in place")
  func geneve() throws {
    try withTunnelLab(collector: .isSilent) { lab in
      let kind = try #require(TunnelKind.all.first { $0.options.contains("geneve") })
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror(kind, "ttl: 100"))
      let tunnel = try #require(mirrorctl.status("m3").outputs.first?.interface)
      let before = try Command(["ip", "link", "show", "dev", tunnel], in: lab.sw).succeed()
      try mirrorctl.apply(Self.mirror(kind, "ttl: 50, tos: 4"))
      #expect(try Command(["ip", "link", "show", "dev", tunnel], in: lab.sw).succeed() == before)
      let uplink = try lab.capture()
      try lab.first.ping(from: 1, to: 2, count: 1)
      let packets = try uplink.drain().tunnelled
      #expect(packets.map(\.timeToLive) == [50])
      #expect(packets.map(\.service) == [4])
    }
  }

  @Test("S35: the same VNI to another collector, from another address, by another interface")
  func vxlan() throws {
    try withTunnelLab { lab in
      try lab.world.ip("addr add 10.95.30.44/32 dev lo")
      // By v0, a VLAN on the underlay, there is another way to the collector.
      try lab.sw.ip(
        "addr add 10.0.2.16/24 dev up0", "link add v0 link up0 type vlan id 7", "link set dev v0 addrgenmode none up",
        "addr add 10.0.2.17/32 dev v0", "neigh add 10.0.2.2 lladdr 02:00:00:00:03:02 dev v0",
        "route add 10.95.30.0/24 via 10.0.2.2 dev v0 onlink metric 100 src 10.0.2.17")
      let mirrorctl = MirrorCommand(in: lab.sw)
      let uplink = try lab.capture()
      let ways = [
        ("10.95.30.43", "", "10.0.2.15"), ("10.95.30.44", "local: 10.0.2.16, ", "10.0.2.16"),
        ("10.95.30.44", "", "10.0.2.15"), ("10.95.30.44", "device: up0, ", "10.0.2.15"),
        ("10.95.30.43", "device: v0, ", "10.0.2.17"), ("10.95.30.43", "device: up0, ", "10.0.2.15"),
        ("10.95.30.43", "", "10.0.2.15"),
      ]
      for (remote, more, source) in ways {
        try mirrorctl.apply(
          profile(
            "{name: m3, bridge: br0, select_src_port: tap1, output_tunnel: {type: vxlan, \(more)remote: \(remote), vni: 5}}"
          ))
        try lab.first.ping(from: 1, to: 2, count: 1)
        let packets = try uplink.drain().tunnelled
        #expect(packets.map { "\($0.source) \($0.destination)" } == ["\(source) \(remote)"], "\(more)")
      }
    }
  }

  @Test("S35: every frame gets to the old collector or the new one of a vxlan tunnel, and to none twice")
  func remote() throws {
    let ends = ["10.95.30.43", "10.95.30.44"]
    let copies = try frames(changing: "remote: \(ends[0])", to: "remote: \(ends[1])") {
      "\($0.destination)" == ends[1]
    }
    for end in ends {
      let received = copies.arrived.filter { "\($0.packet.destination)" == end }.map(\.frame)
      #expect(!received.isEmpty && received.count == Set(received).count, "\(end)")
    }
    #expect(Set(copies.arrived.map(\.frame)).count == copies.sent)
  }

  @Test("S35: no frame is lost while a vxlan tunnel moves to another interface")
  func underlay() throws {
    let copies = try frames(changing: "remote: 10.95.30.43", to: "remote: 10.95.30.43, device: up0") {
      $0.timeToLive == 50
    }
    #expect(Set(copies.arrived.map(\.frame)).count == copies.sent)
  }

  /// Lets one vxlan tunnel, with `ttl: 100`, become another in place, with `ttl: 50`, while echo requests pass.
  ///
  /// - Parameter isNew: of a packet that only the second one sends.
  private func frames(
    changing old: String, to new: String, _ isNew: (Packet) -> Bool
  ) throws -> (arrived: [(packet: Packet, frame: Frame)], sent: Int) {
    try withTopology { topology in
      let lab = try TunnelLab(topology, collector: .isSilent)
      let kind = try #require(TunnelKind.all.first { $0.options.contains("vxlan") })
      let mirrorctl = MirrorCommand(in: lab.sw)
      func mirror(_ end: String, _ ttl: Int) -> String {
        profile(
          "{name: m3, bridge: br0, select_src_port: tap1, output_tunnel: {type: vxlan, \(end), vni: 5, ttl: \(ttl)}}")
      }
      try mirrorctl.apply(mirror(old, 100))
      let uplink = try lab.capture()
      let traffic = try Command(
        ["ping", "-n", "-q", "-i", "0.002", "-W", "5", "-c", "20000", SwitchLab.ip(2).description],
        in: lab.first.host(1)
      ).start()
      var frames = try uplink.frames { !$0.isEmpty }
      try mirrorctl.apply(mirror(new, 50))
      frames += try uplink.frames { $0.tunnelled.contains(where: isNew) }
      try traffic.signal(SIGINT)
      let summary = try traffic.finish().text.split(separator: "\n").first { $0.contains("packets transmitted") }
      frames += try uplink.drain()
      let arrived = frames.tunnelled.flatMap { packet in
        kind.contents(of: [packet]).filter(\.frame.isEchoRequest).map { (packet, $0.frame) }
      }
      return (arrived, try #require(summary?.split(separator: " ").first.flatMap { Int($0) }))
    }
  }

  @Test("S33: two mirrors cannot have one tunnel with different options, nor one that another tool has")
  func inTheWay() throws {
    try withTunnelLab { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      for kind in TunnelKind.all where kind.isV4 {
        let both = profile(
          "{name: m1, bridge: br0, select_src_port: tap1, \(kind.output("ttl: 9"))}",
          "{name: m2, bridge: br0, select_src_port: tap2, \(kind.output("ttl: 8"))}")
        let refused = try mirrorctl.refuse(both, status: 65)
        #expect(refused.errorText.contains("m2") && refused.errorText.contains("m1 has a tunnel"), "\(refused)")
        try mirrorctl.apply(both.replacing("ttl: 8", with: "ttl: 9"))
        try mirrorctl.clear()
      }
      try lab.sw.ip("link add theirs type vxlan id 5 dstport 61693 remote 10.0.2.9")
      let refused = try mirrorctl.refuse(
        profile("{name: m3, select_src_port: tap1, output_tunnel: {type: vxlan, remote: 10.95.30.43, vni: 5}}"),
        status: 65)
      #expect(refused.errorText.contains("interface theirs is a tunnel of VNI 5 at port 61693"), "\(refused)")
    }
  }

  @Test("S31: a tunnel of another tool is followed along the route to its other end")
  func foreignCycle() throws {
    try withTunnelLab { lab in
      try lab.sw.ip(
        "link add theirs type vxlan id 5 dstport 4789 remote 10.95.30.43", "link set dev theirs up")
      let mirrorctl = MirrorCommand(in: lab.sw)
      let refused = try mirrorctl.refuse(
        profile("{name: m3, select_dst_port: up0, output_port: theirs}"), status: 65)
      #expect(refused.errorText.contains("theirs egress -> up0 egress -> mirror"), "\(refused)")
      try mirrorctl.apply(profile("{name: m3, select_src_port: tap1, output_port: theirs}"))
    }
  }
}

extension String {
  fileprivate func replacing(_ text: String, with other: String) -> String {
    split(separator: text, omittingEmptySubsequences: false).joined(separator: other)
  }
}
