import Testing

/// S41: a copy is never copied again, whatever carries it.
@Suite("Copies that come round", .fullKernel)
struct CopyLoopTests {
  /// Something that changes the tunnel's packets before they leave by the mirrored uplink.
  enum Disguise: String, CaseIterable, CustomTestStringConvertible {
    case ipsec, rewriting, ipip, sit, gre, nothing

    var testDescription: String { rawValue }

    /// The protocol of what leaves by the uplink for each copy.
    var protocolNumber: UInt8 {
      switch self {
      case .ipsec: 50
      case .rewriting, .gre, .nothing: Packet.gre
      case .ipip: 4
      case .sit: 41
      }
    }

    /// The collector, as the profile names it.
    var remote: String { self == .sit ? "fd00:95::43" : "10.95.30.43" }

    func put(on lab: TunnelLab) throws {
      switch self {
      case .ipsec:
        let ends = "src 10.0.2.15 dst 10.95.30.43"
        // Every kernel can encrypt with nothing; the packets go the same way.
        let keys = "enc ecb(cipher_null) \"\" auth digest_null \"\""
        try lab.sw.ip(
          "xfrm state add \(ends) proto esp spi 0x100 mode transport \(keys)",
          "xfrm policy add \(ends) dir out tmpl \(ends) proto esp mode transport")
      case .rewriting:
        try lab.sw.tc(
          "qdisc add dev up0 clsact",
          "filter add dev up0 egress pref 1 protocol ip u32 match ip dst 10.95.30.43/32 "
            + "action pedit ex munge ip dst set 10.95.30.99 continue")
      case .ipip, .gre, .sit:
        try lab.sw.ip(
          "link add l3 type \(rawValue) local 10.0.2.15 remote 10.95.30.99", "link set dev l3 addrgenmode none",
          "link set dev l3 up")
        try lab.sw.setParameter("ipv6/conf/l3/disable_ipv6", to: "0")
        try lab.sw.ip("route add 10.95.30.43/32 dev l3", "route add fd00:95::43/128 dev l3")
      case .nothing: break
      }
    }
  }

  /// All but the sentinels of captures.
  private static func mirror(_ type: String, to remote: String, _ more: String = "") -> String {
    "{name: m3, select_src_port: up0, select_dst_port: up0, filter: \"not ether proto 0x88b5\", "
      + "output_tunnel: {\(type), remote: \"\(remote)\"\(more)}}"
  }

  @Test(
    "S41: one ping is one copy each way, encrypted, rewritten or in another tunnel",
    arguments: Disguise.allCases, ["type: gretap", "type: vxlan, vni: 7"])
  func disguised(disguise: Disguise, type: String) throws {
    try withTunnelLab(collector: .isSilent) { lab in
      try disguise.put(on: lab)
      try MirrorCommand(in: lab.sw).applyWithWarnings(profile(Self.mirror(type, to: disguise.remote)))
      let uplink = try lab.capture()
      try SwitchLab.ping("10.0.2.2", from: lab.sw, count: 2)
      let isUDP = type.contains("vxlan")
      let number = isUDP && [.rewriting, .nothing].contains(disguise) ? Packet.udp : disguise.protocolNumber
      let packets = try uplink.drain().compactMap(\.packet).filter { !$0.isEchoRequest && !$0.isEchoReply }
      #expect(packets.map(\.protocolNumber) == [UInt8](repeating: number, count: 4), "\(packets)")
    }
  }

  @Test("S41: two tunnels over one uplink do not copy each other's packets")
  func twoTunnels() throws {
    try withTunnelLab(collector: .isSilent) { lab in
      try lab.sw.ip("route add 10.95.31.0/24 via 10.0.2.2")
      let other = Self.mirror("type: geneve, vni: 9", to: "10.95.31.43").replacing("m3", with: "m4")
      try MirrorCommand(in: lab.sw).applyWithWarnings(profile(Self.mirror("type: gretap", to: "10.95.30.43"), other))
      let uplink = try lab.capture()
      try SwitchLab.ping("10.0.2.2", from: lab.sw, count: 2)
      let numbers = try uplink.drain().compactMap(\.packet).map(\.protocolNumber).filter { $0 != Packet.icmp }
      #expect(numbers.sorted() == [Packet.udp, Packet.udp, Packet.udp, Packet.udp, 47, 47, 47, 47])
    }
  }

  @Test("S41: another mark, for hosts whose rules use the bits of the usual one; what bears it is no original")
  func mark() throws {
    try withTunnelLab(collector: .isSilent) { lab in
      try lab.sw.tc(
        "qdisc add dev up0 clsact",
        "filter add dev up0 egress pref 1 protocol ip flower ip_proto icmp action skbedit mark 0x0d000001 continue")
      let uplink = try lab.capture()
      func copies(_ more: String) throws -> Int {
        try MirrorCommand(in: lab.sw).applyWithWarnings(
          profile(Self.mirror("type: gretap", to: "10.95.30.43", more)))
        try SwitchLab.ping("10.0.2.2", from: lab.sw, count: 2)
        return try uplink.drain().compactMap(\.packet).count { $0.protocolNumber == Packet.gre }
      }
      #expect(try copies("") == 2, "the replies")
      #expect(try copies(", mark: 0x400000/0xc00000") == 4)
    }
  }

  @Test("S41: a VPN of a program: what it sends cannot be told from the host's own traffic", arguments: ["tun", "tap"])
  func program(mode: String) throws {
    try withTunnelLab(collector: .isSilent) { lab in
      try lab.sw.ip(
        "tuntap add vpn0 mode \(mode)", "link set dev vpn0 addrgenmode none", "link set dev vpn0 up",
        "addr add 10.8.0.1/24 dev vpn0")
      try lab.sw.awaitNoCarrier(of: "vpn0")
      let mirrorctl = MirrorCommand(in: lab.sw)
      func tunnel(_ selection: String, _ more: String = "") -> String {
        profile("{name: m3, \(selection), output_tunnel: {type: gretap, remote: 10.8.0.2}\(more)}")
      }
      let refusal = try mirrorctl.refuse(tunnel("select_dst_port: up0"), status: 65).errorText
      #expect(refusal.contains("vpn0 egress -> up0 egress -> mirror lab/m3"), "\(refusal)")
      #expect(refusal.contains("'force: true'"))
      try mirrorctl.applyWithWarnings(tunnel("select_dst_port: up0", ", force: true"))
      #expect(try mirrorctl.status("m3").sources.map(\.interface) == ["up0"])
      try mirrorctl.clear()
      // What comes in is never what the program sends, and no packet of the host's leaves by a port without its addresses.
      try mirrorctl.applyWithWarnings(tunnel("select_src_port: up0"))
      try mirrorctl.applyWithWarnings(tunnel("bridge: br0, select_src_port: tap1, select_dst_port: tap1"))
      try lab.sw.ip("addr add 10.10.10.1/24 dev br0")
      let bridged = try mirrorctl.refuse(tunnel("bridge: br0, select_dst_port: tap1"), status: 65).errorText
      #expect(bridged.contains("vpn0 egress -> br0 egress -> tap1 egress -> mirror lab/m3"), "\(bridged)")
    }
  }

  /// Makes two interfaces of a kind on the uplink.
  private func withSiblings(_ type: String, _ body: (TunnelLab) throws -> Void) throws {
    try withTunnelLab { lab in
      for name in ["mv1", "mv2"] { try lab.sw.ip("link add \(name) link up0 type \(type)", "link set dev \(name) up") }
      try body(lab)
    }
  }

  @Test("S41: siblings on one lower device hear each other", arguments: ["macvlan mode bridge", "ipvlan mode l2"])
  func siblings(type: String) throws {
    try withSiblings(type) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      for (source, output, path) in [
        ("select_src_port: mv1", "mv2", "mv2 egress -> up0 ingress -> mv1 ingress"),
        ("select_src_port: up0", "mv2", "mv2 egress -> up0 ingress"),
        ("select_dst_port: up0", "mv2", "mv2 egress -> up0 egress"),
      ] {
        let text = try mirrorctl.refuse(profile("{name: m0, \(source), output_port: \(output)}"), status: 65).errorText
        #expect(text.contains("mirror lab/m0 -> \(path) -> mirror lab/m0"), "\(text)")
      }
      try mirrorctl.apply(profile("{name: m0, select_dst_port: mv1, output_port: mv2}"))
    }
  }

  @Test(
    "S41: where siblings do not hear each other, only the lower device counts",
    arguments: ["macvlan mode private", "macvlan mode vepa", "ipvlan mode l2 private", "ipvlan mode l2 vepa"])
  func strangers(type: String) throws {
    try withSiblings(type) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.refuse(profile("{name: m0, select_dst_port: up0, output_port: mv2}"), status: 65)
      try mirrorctl.apply(profile("{name: m0, select_src_port: mv1, output_port: mv2}"))
      let uplink = try lab.capture()
      let address = try #require(
        JSONValue(text: Command(["ip", "-json", "link", "show", "dev", "mv1"], in: lab.sw).succeed()).elements?.first?
          .text("address"))
      let octets = address.split(separator: ":").compactMap { UInt8($0, radix: 16) }
      let frame = Frame.udp(1, to: HardwareAddress(octets: octets), from: SwitchLab.address(1))
      try FrameSocket("eth0", in: lab.world, hearing: .nothing).send(frame)
      #expect(try uplink.drain() == (type.hasPrefix("macvlan") ? [frame] : []), "ipvlan tells by IP addresses")
    }
  }
}
