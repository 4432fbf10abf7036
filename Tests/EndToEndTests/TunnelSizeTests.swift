import Testing

/// S29: how long copies may be, and what nobody else must notice.
@Suite("Tunnel sizes", .fullKernel)
struct TunnelSizeTests {
  private static func mirror(_ kind: TunnelKind, _ selection: String) -> String {
    profile("{name: m3, \(selection), \(kind.output())}")
  }

  @Test(
    "S29: full-size frames arrive whole, in fragments over IPv4, with a larger MTU over IPv6", arguments: TunnelKind.all
  )
  func fullSize(kind: TunnelKind) throws {
    try withTunnelLab(collector: .isSilent) { lab in
      if !kind.isV4 { try lab.setUnderlayMTU(1600) }
      let mirrorctl = MirrorCommand(in: lab.sw)
      let output = try mirrorctl.run(
        "apply", "-f", "-", profile: Self.mirror(kind, "bridge: br0, select_src_port: tap1"))
      #expect(output.status == 0 && output.errorText.isEmpty, "nothing to warn of: \(output)")
      let (uplink, sender, guest) = (try lab.capture(), try lab.first.capture(at: 1), try lab.first.capture(at: 2))
      try lab.first.ping(from: 1, to: 2, count: 3, size: 1472)
      let tagged = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: 1472).tagged(10)
      try lab.first.send(tagged, from: 1)
      let originals = try guest.drain()
      #expect(originals.map { $0.bytes.count } == [1514, 1514, 1514, 1518])
      let outer = try uplink.drain()
      #expect(outer.contains { $0.bytes.count > 1514 } == !kind.isV4)
      #expect(kind.contents(of: try Fragments.reassemble(outer)).map(\.frame) == originals)
      #expect(try sender.drain().kinds == ["reply", "reply", "reply"], "no ICMP error")
      let status = try mirrorctl.status("m3")
      #expect(status.dropped == 0, "\(status)")
      let fragments =
        "copies of frames with more than \(1500 - 20 - kind.headerLength - 18) bytes travel in fragments: MTU 1500 of up0"
      #expect(status.notes.map { $0.hasPrefix(fragments) } == (kind.isV4 ? [true] : []), "S44: \(status.notes)")
      let plan = try mirrorctl.run("plan", "-f", "-", profile: Self.mirror(kind, "bridge: br0, select_src_port: tap2"))
      #expect(plan.text.contains("note: mirror m3: \(fragments)") == kind.isV4, "\(plan)")
    }
  }

  @Test(
    "S29: over IPv6 the MTU that is needed is told; shorter frames arrive, longer ones do not",
    arguments: TunnelKind.all.filter { !$0.isV4 })
  func shortfall(kind: TunnelKind) throws {
    try withTunnelLab(collector: .isSilent) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let mirror = Self.mirror(kind, "bridge: br0, select_src_port: tap1")
      let needed = 1518 + 40 + kind.headerLength
      let warning = "an MTU of \(needed)"
      let plan = try mirrorctl.run("plan", "-f", "-", profile: mirror)
      #expect(plan.status == 2 && plan.text.contains(warning), "\(plan)")
      let applied = try mirrorctl.run("apply", "-f", "-", profile: mirror)
      #expect(applied.status == 0 && applied.errorText.contains(warning), "\(applied)")
      let status = try mirrorctl.status("m3")
      #expect(status.state == "active" && status.notes.contains { $0.contains(warning) }, "\(status)")

      let uplink = try lab.capture()
      let longest = 1500 - 40 - kind.headerLength
      let (from, to) = (SwitchLab.address(1), SwitchLab.address(2))
      let sizes = [longest, longest + 1].map { $0 - 14 - 28 }
      for (number, size) in zip([1, 2] as [UInt16], sizes) {
        try lab.first.send(.udp(number, to: to, from: from, bytes: size), from: 1)
        try lab.first.send(Frame.udp(number, to: to, from: from, bytes: size - 4).tagged(10), from: 1)
      }
      let arrived = kind.contents(of: try uplink.drain().compactMap(\.packet)).map(\.frame)
      #expect(arrived.map { $0.bytes.count } == [longest, longest])
      let counted = try mirrorctl.status("m3")
      #expect(counted.packets == 2 && counted.bytes == 2 * longest - 4 && counted.dropped == 2, "S44: \(counted)")

      try mirrorctl.apply(mirror.replacing("select_src_port: tap1", with: "select_src_port: tap1, snaplen: 200"))
      try lab.first.send(.udp(3, to: to, from: from, bytes: 1472), from: 1)
      #expect(try kind.contents(of: uplink.drain().compactMap(\.packet)).map { $0.frame.bytes.count } == [200])
      #expect(try mirrorctl.status("m3").dropped == 2)

      try lab.setUnderlayMTU(needed)
      let mended = try mirrorctl.run("apply", "-f", "-", profile: mirror)
      #expect(mended.status == 0 && mended.errorText.isEmpty, "\(mended)")
      try lab.first.send(.udp(9, to: to, from: from, bytes: 1472), from: 1)
      #expect(try kind.contents(of: uplink.drain().compactMap(\.packet)).map { $0.frame.bytes.count } == [1514])
    }
  }

  @Test(
    "S29: neither the host's own nor routed traffic hears of the tunnel's MTU, IPv4 and IPv6", arguments: TunnelKind.all
  )
  func pathMTU(kind: TunnelKind) throws {
    try withTunnelLab(collector: .isSilent) { lab in
      let host = lab.first.host(1)
      try lab.sw.setParameter("ipv4/conf/all/forwarding", to: "1")
      try lab.sw.setParameter("ipv6/conf/all/forwarding", to: "1")
      try lab.sw.setParameter("ipv6/conf/br0/disable_ipv6", to: "0")
      try host.setParameter("ipv6/conf/eth0/disable_ipv6", to: "0")
      try lab.sw.ip("addr add 10.10.10.1/24 dev br0", "addr add fd00:10::1/64 dev br0 nodad")
      try host.ip(
        "addr add fd00:10::11/64 dev eth0 nodad", "route add default via 10.10.10.1",
        "route add default via fd00:10::1")
      try lab.world.ip("route add 10.10.10.0/24 via 10.0.2.15", "route add fd00:10::/64 via fd00:2::15")
      try MirrorCommand(in: lab.sw).applyWithWarnings(Self.mirror(kind, "bridge: br0, select_dst_port: tap1"))
      let uplink = try lab.capture()
      for (address, size) in [(SwitchLab.ip(1).description, "1472"), ("fd00:10::11", "1452")] {
        for namespace in [lab.sw, lab.world] {
          for _ in 1...2 {
            try Command(["ping", "-n", "-q", "-M", "do", "-c", "1", "-W", "5", "-s", size, address], in: namespace)
              .succeed()
          }
          let route = try Command(["ip", "route", "get", address], in: namespace).succeed()
          #expect(!route.contains("mtu"), "\(namespace): \(route)")
        }
      }
      let long = kind.contents(of: try Fragments.reassemble(uplink.drain())).filter { $0.frame.bytes.count == 1514 }
      #expect(long.count == (kind.isV4 ? 8 : 0), "copies were made, or are too long for this underlay")
    }
  }
}
