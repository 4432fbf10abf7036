import Testing

/// S39, S40: beside tools that shape what a port sends and receives, as sqm-scripts and the CNI bandwidth plugin do: a root qdisc,
/// the `ingress` qdisc, and a filter that takes every received frame to an ifb device, from where it goes on.
@Suite("Beside shapers", .anyKernel)
struct SmallKernelShaperTests {
  private static let sent = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1))
  private static let received = Frame.udp(2, to: SwitchLab.address(1), from: SwitchLab.address(2))

  private static func mirror(_ port: String, _ more: String = "") -> String {
    profile("{name: m0, select_src_port: \"\(port)\", select_dst_port: \"\(port)\", \(more)output_port: mon0}")
  }

  private func withLab(_ body: (SwitchLab, Capture) throws -> Void) throws {
    try withSwitchLab(hosts: 2) { lab in
      try body(lab, lab.capture(wire: "mon0", to: lab.addWire("mon0")))
    }
  }

  private func shape(_ port: String, in sw: NetworkNamespace) throws {
    try sw.ip("link add ifb4\(port) type ifb", "link set dev ifb4\(port) up")
    // Not every kernel of these tests has one.
    for device in [port, "ifb4\(port)"] {
      _ = try Command(["tc", "qdisc", "add", "dev", device] + Self.rootQdisc, in: sw).run()
    }
    try sw.tc(
      "qdisc add dev \(port) handle ffff: ingress",
      "filter add dev \(port) ingress protocol all prio 10 u32 match u32 0 0 flowid 1:1 "
        + "action mirred egress redirect dev ifb4\(port)")
  }

  private static let rootQdisc = "root handle 1: tbf rate 1gbit burst 1mb latency 50ms".split(separator: " ").map(
    String.init)

  private func unshape(_ port: String, in sw: NetworkNamespace) throws {
    _ = try Command(["tc", "qdisc", "del", "dev", port, "root"], in: sw).run()
    try sw.tc("qdisc del dev \(port) ingress")
    try sw.ip("link del ifb4\(port)")
  }

  /// Expects that a frame in each direction arrives, and of which there are copies.
  private func expect(_ copies: [Frame], _ lab: SwitchLab, _ analyser: Capture, _ moment: String) throws {
    let hosts = try [1, 2].map { try lab.capture(at: $0) }
    try lab.send(Self.sent, from: 1)
    #expect(try hosts[1].drain() == [Self.sent], "\(moment)")
    try lab.send(Self.received, from: 2)
    #expect(try hosts[0].drain() == [Self.received], "\(moment)")
    #expect(try analyser.drain() == copies, "\(moment)")
  }

  @Test("S39: a port that is shaped already is mirrored, with programs both ways; the shaper stays as it is")
  func before() throws {
    try withLab { lab, analyser in
      try shape("tap1", in: lab.sw)
      let mirrorctl = MirrorCommand(in: lab.sw)
      let former = try KernelDump(of: lab.sw)
      try mirrorctl.applyWithWarnings(Self.mirror("tap1"))
      let hasPrograms = try lab.sw.programs(at: "tap1", .egress) != nil
      #expect(try mirrorctl.status("m0").state == (hasPrograms ? "active" : "degraded"))
      try expect(hasPrograms ? [Self.sent, Self.received] : [Self.sent], lab, analyser, "shaped")
      try mirrorctl.clear()
      try former.expectUnchanged(in: lab.sw)
    }
  }

  @Test("S39: a shaper can come and go where programs mirror")
  func after() throws {
    try withLab { lab, analyser in
      guard try lab.sw.programs(at: "tap1", .ingress) != nil else { try Test.cancel("this kernel lacks tcx") }
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror("tap1", "hook: tcx, "))
      try shape("tap1", in: lab.sw)
      try expect([Self.sent, Self.received], lab, analyser, "shaped")
      #expect(try mirrorctl.status("m0").state == "active")
      try unshape("tap1", in: lab.sw)
      try expect([Self.sent, Self.received], lab, analyser, "shaped no more")
      #expect(try mirrorctl.status("m0").state == "active")
    }
  }

  @Test("S39: a container whose port is shaped as soon as it is there starts beside the service, and is mirrored")
  func container() throws {
    try withLab { lab, analyser in
      let hasPrograms = try lab.sw.programs(at: "tap1", .egress) != nil
      let service = try RunningService(in: lab.sw, Self.mirror("vnet*"), grace: 2)
      let guest = try lab.topology.makeNamespaces(["guest"])[0]
      let looks = try service.looks()
      try lab.sw.ip("link add vnet1 type veth peer name eth0 netns \(guest)", "link set dev vnet1 master br0 up")
      try service.wait(for: "the service to see the port") { try service.looks() > looks }
      try shape("vnet1", in: lab.sw)
      try guest.ip("link set dev eth0 arp off up")
      if hasPrograms {
        try service.awaitState("active")
      } else {
        try service.wait(for: "the time to be over") {
          try MirrorCommand(in: lab.sw).status("m0").reasons.first?.hasPrefix("vnet1 has the ingress qdisc") == true
        }
      }
      let sent = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(9))
      try FrameSocket("eth0", in: guest, hearing: .nothing).send(sent)
      let received = Frame.udp(2, to: SwitchLab.address(9), from: SwitchLab.address(2))
      try lab.send(received, from: 2)
      #expect(try analyser.drain() == (hasPrograms ? [sent, received] : [sent]))
    }
  }
}
