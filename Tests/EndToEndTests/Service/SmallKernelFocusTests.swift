import Testing

/// S4, S36: what happens to one port of many is dealt with there, without a look at everything else.
@Suite("Service: one port of many", .anyKernel)
struct SmallKernelFocusTests {
  private static let mirror = profile(
    "{name: m0, select_src_port: \"port*\", select_dst_port: \"port*\", output_port: mon0}")

  /// A switch with some ports and a service, and the looks at everything that it has taken.
  private struct Place {
    let lab: SwitchLab
    let analyser: Capture
    let service: RunningService

    func wholeLooks() throws -> Int { try service.wholeLooks() }

    /// The last line of the log.
    var lastWords: String { service.log.split(separator: "\n").last.map(String.init) ?? "" }

    /// Waits until both sides of a port are mirrored, and sends a frame in by it.
    func expectCopy(from port: String, _ end: NetworkNamespace) throws {
      try service.wait(for: "filters of \(port)") {
        let dump = try KernelDump(of: lab.sw)
        return dump.contains("filter \(port) ingress:") && dump.contains("filter \(port) egress:")
      }
      let frame = Frame.udp(7, to: SwitchLab.address(2), from: SwitchLab.address(9))
      try FrameSocket("eth0", in: end).send(frame)
      #expect(try analyser.drain() == [frame], "\(port)")
    }
  }

  private func withPlace(_ mirror: String = Self.mirror, _ body: (Place) throws -> Void) throws {
    try withSwitchLab(hosts: 2) { lab in
      try lab.removeBridge()
      let analyser = try lab.capture(wire: "mon0", to: lab.addWire("mon0"))
      for number in 1...3 { _ = try lab.addWire("port\(number)") }
      let service = try RunningService(in: lab.sw, mirror)
      try body(Place(lab: lab, analyser: analyser, service: service))
    }
  }

  @Test("a port that appears, loses its filters, its qdisc and its name, and goes")
  func life() throws {
    try withPlace { place in
      let looks = try place.wholeLooks()
      let end = try place.lab.addWire("port4")
      try place.expectCopy(from: "port4", end)
      for harm in ["filter del dev port4 ingress", "filter del dev port4 egress", "qdisc del dev port4 clsact"] {
        try place.service.whileStopped { try place.lab.sw.tc(harm) }
        try place.expectCopy(from: "port4", end)
      }
      try place.lab.sw.ip(
        "link set dev port4 down", "link set dev port4 name other", "link set dev other up")
      try place.service.wait(for: "the qdisc to go") {
        try !KernelDump(of: place.lab.sw).contains("filter other ingress:")
      }
      try place.lab.sw.ip(
        "link set dev other down", "link set dev other name port5", "link set dev port5 up")
      try place.expectCopy(from: "port5", end)
      try place.lab.sw.ip("link del port5")
      let end6 = try place.lab.addWire("port6")
      try place.expectCopy(from: "port6", end6)
      #expect(try place.wholeLooks() == looks, "\(place.service.log)")
      let steady = try KernelDump(of: place.lab.sw)
      try place.service.reload()
      try steady.expectUnchanged(in: place.lab.sw)
    }
  }

  @Test("a port that its mirror names appears: it is mirrored, and the mirror is said to be whole")
  func named() throws {
    let ports = "[port1, port2, late]"
    let mirror = profile("{name: m0, select_src_port: \(ports), select_dst_port: \(ports), output_port: mon0}")
    try withPlace(mirror) { place in
      try place.service.wait(for: "the port to be missed") {
        place.service.log.contains("mirror m0 is degraded: late does not exist")
      }
      let looks = try place.wholeLooks()
      let end = try place.lab.addWire("late")
      try place.expectCopy(from: "late", end)
      try place.service.wait(for: "the mirror to be whole") { place.lastWords.contains("mirror m0 is active ") }
      try place.lab.sw.ip("link del late")
      try place.service.wait(for: "the port to be missed again") {
        place.lastWords.contains("mirror m0 is degraded: late does not exist ")
      }
      #expect(try place.wholeLooks() == looks, "\(place.service.log)")
      try place.service.reload()
      #expect(place.service.log.components(separatedBy: "m0 is degraded").count == 3)
    }
  }

  @Test("a storm at the ports costs hardly a look at everything; the output's own change costs one")
  func storm() throws {
    try withPlace { place in
      let steady = try KernelDump(of: place.lab.sw)
      let looks = try place.wholeLooks()
      let lines = (0..<60).map { "link set dev port\($0 % 3 + 1) \($0 % 6 < 3 ? "down" : "up")\n" }.joined()
      for number in 1...10 {
        let shortLooks = try place.service.looks()
        try place.service.whileStopped { try Command(["ip", "-batch", "-"], input: lines, in: place.lab.sw).succeed() }
        try place.service.wait(for: "look \(number)") { try place.service.looks() > shortLooks }
      }
      try place.lab.sw.tc("filter del dev port2 ingress")
      try place.service.awaitSame(as: steady)
      #expect(try place.wholeLooks() == looks, "\(place.service.log)")
      try place.lab.sw.ip("link set dev mon0 down")
      try place.service.wait(for: "the mirror to be degraded") {
        try MirrorCommand(in: place.lab.sw).status("m0").state == "degraded" && place.wholeLooks() > looks
      }
    }
  }
}
