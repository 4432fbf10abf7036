import Testing

/// S28 to S30: mirrors into a tunnel; the third laboratory.
@Suite("Tunnels", .fullKernel)
struct TunnelTests {
  private static let gretap = "output_tunnel: {type: gretap, remote: 10.95.30.43, key: 0x1111}"

  @Test("lab 3, S28: what tap1 sends leaves the uplink in GRE with its key, the inner frame intact; nothing else does")
  func laboratory() throws {
    try withTunnelLab { lab in
      let before = try KernelDump(of: lab.sw)
      let mirrorctl = MirrorCommand(in: lab.sw)
      let output = try mirrorctl.run("apply", "-f", examplePath("erspan"))
      try #require(output.status == 0, "\(output)")
      let (uplink, guest) = (try lab.capture(), try lab.first.capture(at: 2))
      try lab.first.ping(from: 1, to: 2)
      let (frames, originals) = (try uplink.drain(), try guest.drain())
      #expect(originals.kinds == ["request", "request"])
      #expect(frames.compactMap { $0.packet?.encapsulatedEthernet?.frame } == originals)
      #expect(frames.map { $0.packet?.encapsulatedEthernet?.key } == [0x1111, 0x1111])
      #expect(frames.map { $0.bytes.count } == [140, 140])
      #expect(frames.allSatisfy { $0.packet?.source == TunnelLab.uplink })
      #expect(frames.allSatisfy { $0.packet?.destination == TunnelLab.collector })

      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw, "S37: the device is gone too")
    }
  }

  @Test("S28: a VLAN tag is inside the tunnel; ttl and dscp are the outer header's")
  func tagAndOptions() throws {
    try withTunnelLab { lab in
      try MirrorCommand(in: lab.sw).apply(
        profile(
          "{name: m3, bridge: br0, select_src_port: tap1, output_tunnel: "
            + "{type: gretap, remote: 10.95.30.43, local: 10.0.2.15, device: up0, ttl: 33, dscp: 46}}"))
      let uplink = try lab.capture()
      let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1)).tagged(10, priority: 5)
      try lab.first.send(frame, from: 1)
      let packets = try uplink.drain().tunnelled
      #expect(packets.map { $0.encapsulatedEthernet?.frame } == [frame])
      #expect(packets.map { $0.encapsulatedEthernet?.key } == [UInt32?.none])
      #expect(packets.map(\.timeToLive) == [33])
      #expect(packets.map(\.service) == [46 << 2])
    }
  }

  @Test("S28: an IPv6 underlay")
  func ipv6() throws {
    try withTunnelLab { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let before = try KernelDump(of: lab.sw)
      try mirrorctl.applyWithWarnings(
        profile(
          "{name: m3, bridge: br0, select_src_port: tap1, output_tunnel: "
            + "{type: gretap, remote: \"fd00:95::43\", key: 0x1111}}"))
      let (uplink, guest) = (try lab.capture(), try lab.first.capture(at: 2))
      try lab.first.ping(from: 1, to: 2)
      let packets = try uplink.drain().tunnelled
      #expect(packets.compactMap { $0.encapsulatedEthernet?.frame } == (try guest.drain()))
      #expect(packets.map { $0.encapsulatedEthernet?.key } == [0x1111, 0x1111])
      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("S29: full-size frames arrive whole, and the sender notices nothing")
  func fullSize() throws {
    try withTunnelLab { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m3, bridge: br0, select_src_port: tap1, \(Self.gretap)}"))
      let tunnel = try #require(mirrorctl.status("m3").outputs.first?.interface)
      let collector = try lab.captureDecapsulated(from: tunnel)
      let (sender, guest) = (try lab.first.capture(at: 1), try lab.first.capture(at: 2))
      try lab.first.ping(from: 1, to: 2, count: 3, size: 1472)
      let originals = try guest.drain()
      #expect(originals.map { $0.bytes.count } == [1514, 1514, 1514])
      #expect(try collector.drain() == originals)
      #expect(try sender.drain().kinds == ["reply", "reply", "reply"], "no ICMP error")
      #expect(try mirrorctl.status("m3").dropped == 0)
    }
  }

  @Test("S29: the host's own traffic with DF keeps its path MTU")
  func pathMTU() throws {
    try withTunnelLab { lab in
      try lab.sw.ip("addr add 10.10.10.1/24 dev br0")
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m3, bridge: br0, select_dst_port: tap1, \(Self.gretap)}"))
      for _ in 1...3 {
        try Command(
          ["ping", "-n", "-q", "-M", "do", "-c", "1", "-W", "5", "-s", "1472", "\(SwitchLab.ip(1))"], in: lab.sw
        ).succeed()
      }
      let route = try Command(["ip", "route", "get", "\(SwitchLab.ip(1))"], in: lab.sw).succeed()
      #expect(!route.contains("mtu"), "\(route)")
    }
  }

  @Test("S29: an idle tunnel has nothing to say, and what comes back through it goes nowhere")
  func idle() throws {
    try withTunnelLab { lab in
      try lab.sw.setParameter("ipv6/conf/default/disable_ipv6", to: "0")
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m3, bridge: br0, select_src_port: tap1, \(Self.gretap)}"))
      let tunnel = try #require(mirrorctl.status("m3").outputs.first?.interface)
      let text = try Command(["ip", "address", "show", "dev", tunnel], in: lab.sw).succeed()
      #expect(!text.contains("inet"), "no address, so neither ND nor MLD: \(text)")
      #expect(text.contains("NOARP"), "\(text)")

      _ = try lab.captureDecapsulated(from: tunnel)
      let guests = try (1...2).map { try lab.first.capture(at: $0) }
      let intruder = try FrameSocket("col", in: lab.world)
      for destination in [.broadcast, SwitchLab.address(1), SwitchLab.address(2)] as [HardwareAddress] {
        try intruder.send(.udp(1, to: destination, from: HardwareAddress(9, 9)))
      }
      _ = try Capture("up0", in: lab.sw, barrier: "eth0", in: lab.world).drain()
      for guest in guests { #expect(try guest.drain() == []) }
    }
  }

  @Test("S30: a mirror of the tunnel's own uplink does not copy its own output: one ping is one copy each way")
  func loopGuard() throws {
    try withTunnelLab { lab in
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m3, select_src_port: up0, select_dst_port: up0, \(Self.gretap)}"))
      // A host that has the address and no tunnel would answer each copy with an ICMP error.
      try lab.world.ip("addr del 10.95.30.43/32 dev lo")
      let uplink = try lab.capture()
      try SwitchLab.ping("10.0.2.2", from: lab.sw, count: 2)
      // The capture's own markers leave by the uplink and are mirrored like everything else.
      let frames = try uplink.drain().filter { $0.packet?.encapsulatedEthernet?.frame.type != Capture.sentinelType }
      let copies = frames.compactMap { $0.packet?.encapsulatedEthernet?.frame }
      #expect(copies.kinds.sorted() == ["reply", "reply", "request", "request"])
      #expect(frames.requests == 2)
      #expect(frames.count == 6, "\(frames)")
    }
  }
}
