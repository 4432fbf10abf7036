import CLinux
import Glibc
import Testing

/// VXLAN and Geneve mirrors hold no UDP port that somebody else needs, or say so first.
@Suite("UDP ports of tunnels", .fullKernel)
struct TunnelPortTests {
  private static func mirror(_ tunnel: String) -> String {
    profile("{name: m, bridge: br0, select_src_port: tap1, output_tunnel: {remote: 10.95.30.43, vni: 5, \(tunnel)}}")
  }

  /// Sends a frame through the mirror.
  ///
  /// - Returns: the destination ports of its copies.
  private func ports(_ lab: TunnelLab, _ uplink: Capture) throws -> [UInt16] {
    let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: 100)
    try lab.first.send(frame, from: 1)
    let kind = try #require(TunnelKind.all.first { !$0.isGRE && $0.isV4 })
    let packets = try uplink.drain().tunnelled
    #expect(kind.contents(of: packets).map(\.frame) == packets.map { _ in frame })
    return packets.map { $0.payload.word(at: 2) }
  }

  private static let others = ["external dstport 4789", "id 5 dstport 4789 remote 10.0.2.9"]

  @Test("a vxlan device of somebody else comes up at the port that copies go to", arguments: others, [true, false])
  func vxlan(other: String, isFirst: Bool) throws {
    try withTunnelLab { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let uplink = try lab.capture()
      func addTheirs() throws {
        try lab.sw.ip("link add theirs type vxlan \(other)", "link set dev theirs addrgenmode none up")
      }
      if isFirst { try addTheirs() }
      try mirrorctl.apply(Self.mirror("type: vxlan"))
      #expect(try ports(lab, uplink) == [4789])
      if !isFirst { try addTheirs() }
      #expect(try ports(lab, uplink) == [4789])
      #expect(try mirrorctl.run("plan", "-f", "-", profile: Self.mirror("type: vxlan")).status == 0)
      #expect(try mirrorctl.status("m").state == "active")
      try mirrorctl.clear()
      #expect(try Command(["ip", "-br", "link"], in: lab.sw).succeed().contains("theirs"))
    }
  }

  @Test("S35: the device that an earlier version has made, which holds the port, goes when the new one is there")
  func earlierVersion() throws {
    try withTunnelLab { lab in
      try lab.sw.ip(
        "link add mct-12345678 type vxlan id 5 dstport 4789 remote 10.95.30.43",
        "link set dev mct-12345678 alias mirrorctl:tunnel addrgenmode none up")
      let mirrorctl = MirrorCommand(in: lab.sw)
      let uplink = try lab.capture()
      try mirrorctl.apply(Self.mirror("type: vxlan"))
      #expect(try ports(lab, uplink) == [4789])
      #expect(try !Command(["ip", "-br", "link"], in: lab.sw).succeed().contains("mct-12345678"))
    }
  }

  @Test("S33: a vxlan device that takes every VNI where ours receives is told of first")
  func listening() throws {
    try withTunnelLab { lab in
      try lab.sw.ip("link add theirs type vxlan external dstport 61693", "link set dev theirs addrgenmode none up")
      let mirrorctl = MirrorCommand(in: lab.sw)
      let refused = try mirrorctl.refuse(Self.mirror("type: vxlan"), status: 65)
      #expect(refused.errorText.contains("interface theirs holds UDP port 61693"), "\(refused)")
      try mirrorctl.apply(Self.mirror("type: vxlan, port: 4790"))
    }
  }

  @Test("S33: a geneve device that takes every VNI at the port is told of first; at another port there is room")
  func geneve() throws {
    try withTunnelLab { lab in
      try lab.sw.ip("link add theirs type geneve external", "link set dev theirs addrgenmode none up")
      let mirrorctl = MirrorCommand(in: lab.sw)
      let planned = try mirrorctl.run("plan", "-f", "-", profile: Self.mirror("type: geneve"))
      #expect(planned.status == 65)
      #expect(planned.errorText.contains("interface theirs holds UDP port 6081"), "\(planned)")
      try mirrorctl.apply(Self.mirror("type: geneve, port: 6082"))
      #expect(try ports(lab, lab.capture()) == [6082])
    }
  }

  @Test("the port that some program has is named", arguments: zip(["vxlan", "geneve"], [UInt16(61693), 6081]))
  func program(type: String, port: UInt16) throws {
    try withTunnelLab { lab in
      let program = try lab.sw.enter { try Self.socket(boundTo: port) }
      defer { withExtendedLifetime(program) {} }
      let refused = try MirrorCommand(in: lab.sw).refuse(Self.mirror("type: \(type)"), status: 1)
      #expect(refused.errorText.contains("another program has UDP port \(port)"), "\(refused)")
      #expect(refused.errorText.contains("use another 'port'"))
      #expect(try !Command(["ip", "-br", "link"], in: lab.sw).succeed().contains("mct-"))
    }
  }

  @Test(
    "what somebody does to the forwarding table of a vxlan mirror is undone",
    arguments: [
      ["del 00:00:00:00:00:00 dev mct dst 10.95.30.43 port 4789"],
      ["append 00:00:00:00:00:00 dev mct dst 10.0.2.9 port 4789"],
      ["add 02:00:00:00:00:02 dev mct dst 10.0.2.9"],
      [
        "append 00:00:00:00:00:00 dev mct dst 10.0.2.9", "del 00:00:00:00:00:00 dev mct dst 10.95.30.43 port 4789",
      ],
    ], [false, true])
  func entries(commands: [String], isService: Bool) throws {
    try withTunnelLab { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let service = isService ? try RunningService(in: lab.sw, Self.mirror("type: vxlan")) : nil
      if !isService { try mirrorctl.apply(Self.mirror("type: vxlan")) }
      let before = try KernelDump(of: lab.sw)
      let tunnel = try #require(mirrorctl.status("m").outputs.first?.interface)
      let index = try Command(["ip", "-o", "link", "show", "dev", tunnel], in: lab.sw).succeed().prefix { $0 != ":" }
      for command in commands {
        let words = "bridge fdb \(command)".split(separator: " ").map { $0 == "mct" ? tunnel : String($0) }
        _ = try Command(words, in: lab.sw).succeed()
      }
      if let service {
        try service.awaitSame(as: before)
      } else {
        #expect(try mirrorctl.status("m").state != "active")
        try mirrorctl.apply(Self.mirror("type: vxlan"))
        try before.expectUnchanged(in: lab.sw)
      }
      #expect(
        try Command(["ip", "-o", "link", "show", "dev", tunnel], in: lab.sw).succeed().hasPrefix(index), "in place")
      #expect(try ports(lab, lab.capture()) == [4789])
      #expect(try mirrorctl.status("m").state == "active")
    }
  }

  private static func socket(boundTo port: UInt16) throws -> FileDescriptor {
    let socket = try FileDescriptor("socket", Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | closedOnExec, 0))
    var address = sockaddr_in()
    address.sin_family = UInt16(AF_INET)
    address.sin_port = port.bigEndian
    try unsafe withUnsafePointer(to: &address) { pointer in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = try checked("bind", unsafe bind(socket.number, pointer, UInt32(MemoryLayout<sockaddr_in>.size)))
      }
    }
    return socket
  }
}
