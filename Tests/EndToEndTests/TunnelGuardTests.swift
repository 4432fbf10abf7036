import Testing

/// S29, S30: a tunnel keeps itself to itself.
@Suite("Tunnel guards", .fullKernel)
struct TunnelGuardTests {
  private static let everyKind = TunnelKind.all.flatMap { kind in [0, 7].map { (kind, $0) } }

  @Test(
    "S30: a port that carries the tunnel: one ping is one copy each way, on a tagged underlay too", arguments: everyKind
  )
  func ownUnderlay(kind: TunnelKind, vlan: Int) throws {
    try withTunnelLab(collector: .isSilent) { lab in
      if vlan != 0 { try Self.moveUnderlay(into: vlan, lab) }
      let size = kind.isV4 ? 1472 : 1300
      try MirrorCommand(in: lab.sw).applyWithWarnings(
        profile("{name: m3, select_src_port: up0, select_dst_port: up0, \(kind.output())}"))
      let uplink = try lab.capture()
      try SwitchLab.ping("10.0.2.2", from: lab.sw, count: 2, size: size)
      let packets = try Fragments.reassemble(uplink.drain().map(\.untagged))
      let copies = kind.contents(of: packets).map(\.frame)
      #expect(copies.kinds.sorted() == ["reply", "reply", "request", "request"], "\(packets)")
      #expect(copies.allSatisfy { $0.bytes.count == size + 42 + (vlan == 0 ? 0 : 4) }, "whole, with their tags")
      #expect(packets.filter(\.isEchoRequest).count == 2)
      let markers = packets.filter { $0.protocolNumber == kind.protocolNumber }.count - copies.count
      #expect(packets.count == 6 + markers, "nothing else: \(packets)")
    }
  }

  /// Gives the addresses of the underlay to a VLAN on it.
  private static func moveUnderlay(into vlan: Int, _ lab: TunnelLab) throws {
    for (namespace, port, number) in [(lab.sw, "up0", 15), (lab.world, "eth0", 2)] {
      let (other, last) = number == 2 ? (15, 1) : (2, 2)
      try namespace.ip("link add v0 link \(port) type vlan id \(vlan)", "addr flush dev \(port)")
      try namespace.enableIPv6(on: "v0")
      try namespace.ip(
        "link set dev v0 up", "addr add 10.0.2.\(number)/24 dev v0",
        "addr add fd00:2::\(number)/64 dev v0 nodad",
        "neigh replace 10.0.2.\(other) lladdr 02:00:00:00:03:0\(last) dev v0",
        "neigh replace fd00:2::\(other) lladdr 02:00:00:00:03:0\(last) dev v0")
    }
    try lab.sw.ip("route replace 10.95.30.0/24 via 10.0.2.2", "route replace fd00:95::/64 via fd00:2::2")
  }

  @Test("S29: an idle tunnel is silent, and what comes back through it goes nowhere", arguments: TunnelKind.all)
  func silence(kind: TunnelKind) throws {
    try withTunnelLab(collector: .isSilent) { lab in
      try lab.sw.setParameter("ipv6/conf/default/disable_ipv6", to: "0")
      try lab.sw.ip("addr add 10.10.10.1/24 dev br0")
      let quiet = try lab.capture()
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.applyWithWarnings(profile("{name: m3, bridge: br0, select_src_port: tap1, \(kind.output())}"))
      let tunnel = try #require(mirrorctl.status("m3").outputs.first?.interface)
      let text = try Command(["ip", "address", "show", "dev", tunnel], in: lab.sw).succeed()
      #expect(!text.contains("inet"), "no address, so neither ND nor MLD: \(text)")
      #expect(text.contains("NOARP") && !text.contains("MULTICAST"), "\(text)")

      // A question to the host, which it would answer to the guest if it came out of the tunnel.
      let address = try JSONValue(text: Command(["ip", "-json", "link", "show", "dev", tunnel], in: lab.sw).succeed())
      let octets = try #require(address.elements?.first?.text("address")).split(separator: ":")
      let target = HardwareAddress(octets: octets.compactMap { UInt8($0, radix: 16) })
      let question = Frame.echoRequest(
        to: target, from: SwitchLab.address(1), SwitchLab.ip(1), asking: NetworkAddress("10.10.10.1"))
      for _ in 1...2 { try lab.first.send(question, from: 1) }
      let sent = try quiet.drain().filter { $0.packet.map { kind.contents(of: [$0]).count } == 1 }
      #expect(kind.contents(of: sent.compactMap(\.packet)).map(\.frame) == [question, question], "and nothing else")
      try #require(sent.count == 2)

      let received = try FrameSocket(tunnel, in: lab.sw)
      let guests = try (1...2).map { try lab.first.capture(at: $0) }
      // Where the device of a tunnel to port 4790 receives.
      let port: UInt16? = kind.options.contains("vxlan") ? 61694 : nil
      try FrameSocket("eth0", in: lab.world).send(Self.reflected(sent[0], to: port))
      let arrived = try received.receive(until: .after(.seconds(60)))
      #expect(arrived?.frame == question, "it did come out of the tunnel")
      for guest in guests { #expect(try guest.drain() == []) }

      // The proof that the question would have been answered; ERSPAN takes no sequence number twice.
      try lab.sw.tc("filter del dev \(tunnel) ingress")
      try FrameSocket("eth0", in: lab.world).send(Self.reflected(sent[1], to: port))
      #expect(try guests[0].frames { $0.contains(where: \.isEchoReply) }.isEmpty == false)
    }
  }

  /// The same packet on its way back, perhaps to another port. Of two checksums nothing changes; that of UDP over IPv6 was left to the
  /// wire, and over IPv4 there is none.
  private static func reflected(_ frame: Frame, to port: UInt16?) -> Frame {
    let (start, length) = frame.type == Frame.ipv4 ? (12, 4) : (8, 16)
    var payload = frame.payload
    let (source, destination) = (payload[start..<start + length], payload[start + length..<start + 2 * length])
    payload.replaceSubrange(start..<start + 2 * length, with: Array(destination) + Array(source))
    let header = frame.type == Frame.ipv4 ? 20 : 40
    if let port { payload.replaceSubrange(header + 2..<header + 4, with: [UInt8](word: port)) }
    if frame.type == Frame.ipv6, payload[6] == Packet.udp {
      payload.replaceSubrange(46..<48, with: [0, 0])
      let pseudoHeader = Array(payload[8..<40]) + [0, 0] + Array(payload[4..<6]) + [0, 0, 0, Packet.udp]
      payload.replaceSubrange(46..<48, with: [UInt8](word: (pseudoHeader + payload[40...]).internetChecksum))
    }
    return Frame(to: frame.source, from: frame.destination, type: frame.type, payload: payload)
  }
}
