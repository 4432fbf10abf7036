import Testing

/// S19: sources whose packets have no Ethernet header.
///
/// A tunnel l3 joins the switch's host with the world, where its other end is l3 too.
@Suite("Sources without Ethernet headers", .fullKernel)
struct LayerThreeTests {
  enum Kind: String, CaseIterable, CustomTestStringConvertible {
    case gre, ipip, sit, ip6tnl

    var testDescription: String { rawValue }
    var isV6Outside: Bool { self == .ip6tnl }
    var carriesV4: Bool { self != .sit }
    var carriesV6: Bool { self != .ipip }
  }

  private static let header: [UInt8] = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]

  private func withTunnel(_ kind: Kind, _ body: (ShapingLab) throws -> Void) throws {
    try withShapingLab { lab in
      let (type, options) = kind == .ip6tnl ? ("ip6tnl", "mode any") : (kind.rawValue, "")
      let ends = kind.isV6Outside ? ["fd00:2::15", "fd00:2::2"] : ["10.0.2.15", "10.0.2.2"]
      for (namespace, number) in [(lab.sw, 0), (lab.underlay.world, 1)] {
        try namespace.ip(
          "link add l3 type \(type) \(options) local \(ends[number]) remote \(ends[1 - number])",
          "link set dev l3 addrgenmode none", "link set dev l3 up", "addr add 10.77.0.\(number + 1)/24 dev l3")
        try namespace.setParameter("ipv6/conf/l3/disable_ipv6", to: "0")
        try namespace.ip("addr add fd00:77::\(number + 1)/64 dev l3 nodad")
      }
      try body(lab)
    }
  }

  /// Echo requests and their answers, as the other end of the tunnel sees them.
  private func converse(_ kind: Kind, _ lab: ShapingLab) throws -> [[UInt8]] {
    let witness = try FrameSocket("l3", in: lab.underlay.world)
    let addresses = (kind.carriesV4 ? ["10.77.0.2"] : []) + (kind.carriesV6 ? ["fd00:77::2"] : [])
    for address in addresses {
      for size in [1, 1000] { try SwitchLab.ping(address, from: lab.sw, count: 2, size: size) }
    }
    var seen: [[UInt8]] = []
    let deadline = Deadline.after(.seconds(60))
    while seen.count < 8 * addresses.count, let packet = try witness.receive(until: deadline) {
      seen.append(packet.frame.bytes)
    }
    return seen
  }

  /// The copy of a packet: an Ethernet header, and it.
  private static func copy(_ packet: [UInt8]) -> Frame {
    Frame(bytes: header + [UInt8](word: packet[0] >> 4 == 4 ? Frame.ipv4 : Frame.ipv6) + packet)
  }

  private func mirror(_ output: ShapedOutput, _ more: String) -> String {
    profile("{name: m, select_src_port: l3, select_dst_port: l3, \(output.words)\(more)}")
  }

  @Test("S19: an Ethernet header and the packet byte for byte, both sides, to a port", arguments: Kind.allCases)
  func port(kind: Kind) throws {
    try withTunnel(kind) { lab in
      let receive = try ShapedOutput.port.receiver(in: lab)
      try lab.mirrorctl.apply(mirror(.port, ""))
      let packets = try converse(kind, lab)
      #expect(!packets.isEmpty && packets.count.isMultiple(of: 8))
      #expect(try receive() == packets.map(Self.copy))
      #expect(try lab.mirrorctl.status("m").packets == packets.count)
    }
  }

  @Test("S19: to a VLAN and to tunnels", arguments: [ShapedOutput.tagged, .doubleTagged, .gretap, .erspan, .vxlan])
  func outputs(output: ShapedOutput) throws {
    try withTunnel(.gre) { lab in
      let receive = try output.receiver(in: lab)
      try lab.mirrorctl.apply(mirror(output, ""))
      let packets = try converse(.gre, lab)
      #expect(packets.count == 16)
      // The underlay also carries the packets themselves, in GRE of another kind.
      #expect(
        try receive().filter { $0.bytes.starts(with: Self.header) } == packets.map { output.copy(of: Self.copy($0)) })
    }
  }

  @Test("S19 with filter, snaplen and normalize", arguments: [ShapedOutput.port, .tagged, .gretap])
  func together(output: ShapedOutput) throws {
    try withTunnel(.gre) { lab in
      for more in [", normalize: true", ", filter: icmp, snaplen: 90", ", filter: icmp6, snaplen: 90, normalize: true"]
      {
        let receive = try output.receiver(in: lab)
        try lab.mirrorctl.apply(mirror(output, more))
        let packets = try converse(.gre, lab).filter {
          !more.contains("filter") || ($0[0] >> 4 == (more.contains("icmp6") ? 6 : 4))
        }
        let copies = packets.map {
          more.contains("snaplen") ? output.copy(of: Self.copy($0), snaplen: 90) : output.copy(of: Self.copy($0))
        }
        #expect(try receive().filter { $0.bytes.starts(with: Self.header) } == copies, "\(more)")
      }
    }
  }

  @Test("S19: what is routed from Ethernet into the tunnel and back")
  func routed() throws {
    try withTunnel(.gre) { lab in
      try lab.sw.setParameter("ipv4/conf/all/forwarding", to: "1")
      try lab.sw.ip("addr add 10.10.10.1/24 dev br0")
      try lab.first.host(1).ip("route add default via 10.10.10.1")
      try lab.underlay.world.ip("route add 10.10.10.0/24 dev l3")
      let receive = try ShapedOutput.port.receiver(in: lab)
      try lab.mirrorctl.apply(mirror(.port, ""))
      let witness = try FrameSocket("l3", in: lab.underlay.world)
      try SwitchLab.ping("10.77.0.2", from: lab.first.host(1), count: 3, size: 300)
      var packets: [[UInt8]] = []
      while packets.count < 6, let packet = try witness.receive(until: .after(.seconds(60))) {
        packets.append(packet.frame.bytes)
      }
      #expect(try receive() == packets.map(Self.copy))
    }
  }
}
