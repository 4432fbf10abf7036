import Testing

/// S4, S22, S28: devices of ours, VLANs and routes that change under the service.
@Suite("Service: devices, VLANs and routes", .fullKernel)
struct ServiceDeviceTests {
  /// A mirror with devices, and which of them somebody deletes: by the start of its name.
  struct Loss: Sendable, CustomTestStringConvertible {
    let output: ShapedOutput
    let more: String
    let device: String

    var testDescription: String { "\(device)… of \(output.rawValue), \(more)" }
  }

  @Test(
    "stages, hops and tunnels that somebody deletes are made again, and all is as it was",
    arguments: [
      Loss(output: .port, more: "snaplen: 100", device: "mcs"),
      Loss(output: .tagged, more: "snaplen: 100", device: "mcs"),
      Loss(output: .port, more: "normalize: true", device: "mch"),
      Loss(output: .gretap, more: "force: false", device: "mct"),
      Loss(output: .vxlan, more: "snaplen: 100", device: "mct"),
      Loss(output: .gretap, more: "normalize: true", device: "mch"),
      Loss(output: .erspan, more: "force: false", device: "mct"),
    ])
  func devices(loss: Loss) throws {
    try withShapingLab { lab in
      let receive = try loss.output.receiver(in: lab)
      let service = try RunningService(in: lab.sw, loss.output.mirror(loss.more))
      let before = try KernelDump(of: lab.sw)
      let frame = ShapingLab.frame(80)
      try lab.send([frame])
      #expect(try receive() == [loss.output.copy(of: frame)], "before")
      for device in try lab.interfaces(like: loss.device) {
        _ = try Command(["ip", "link", "del", "dev", device], in: lab.sw).run()
        try service.awaitSame(as: before)
        try lab.sw.awaitForwarding()
        try lab.send([frame])
        #expect(try receive() == [loss.output.copy(of: frame)], "\(device) made again")
      }
      try #require(service.repairs.count > 1, "\(service.log)")
      #expect(try MirrorCommand(in: lab.sw).status("m").state == "active")
    }
  }

  @Test("all actions without filters are flushed, gact and the records among them: they are written again")
  func flushed() throws {
    try withShapingLab { lab in
      let receive = try ShapedOutput.tagged.receiver(in: lab)
      let service = try RunningService(in: lab.sw, ShapedOutput.tagged.mirror("snaplen: 100"))
      let before = try KernelDump(of: lab.sw)
      for kind in ["gact", "mirred", "vlan"] {
        // It says that it failed where some are in use, and flushes the others.
        _ = try Command(["tc", "actions", "flush", "action", kind], in: lab.sw).run()
        try service.awaitSame(as: before)
      }
      let frame = ShapingLab.frame(80)
      try lab.send([frame])
      #expect(try receive() == [ShapedOutput.tagged.copy(of: frame)])
    }
  }

  @Test("S23: a port that joins the VLAN of an RSPAN mirror gets copies, one that leaves gets none")
  func carriers() throws {
    try withShapingLab { lab in
      let service = try RunningService(
        in: lab.sw, profile("{name: m, bridge: br0, select_src_port: tap1, output_vlan: 111}"))
      let before = try KernelDump(of: lab.sw)
      let captures = try (2...4).map { try lab.first.capture(at: $0) }
      let frame = ShapingLab.frame(80)
      func copies() throws -> [[Frame]] {
        try lab.send([frame])
        return try captures.map { try $0.drain() }
      }
      let always = [[frame.tagged(111)], [frame]]
      #expect(try copies() == [[frame]] + always)
      try lab.sw.bridge("vlan add dev tap2 vid 111")
      try service.wait(for: "the new carrier") { service.repairs.count == 2 }
      let found = try copies()
      #expect(Set(found[0]) == [frame, frame.tagged(111)] && found[0].count == 2)
      #expect(Array(found.dropFirst()) == always)
      try lab.sw.bridge("vlan del dev tap2 vid 111")
      try service.awaitSame(as: before)
      #expect(try copies() == [[frame]] + always)
    }
  }

  @Test("S5: frames without a tag are of the VLAN that the port has now")
  func selectedVLAN() throws {
    try withShapingLab { lab in
      let receive = try ShapedOutput.port.receiver(in: lab)
      let service = try RunningService(in: lab.sw, ShapedOutput.port.mirror("select_vlan: 20"))
      let before = try KernelDump(of: lab.sw)
      let frame = ShapingLab.frame(80)
      try lab.send([frame])
      #expect(try receive() == [])
      let repairs = service.repairs.count
      try lab.sw.bridge("vlan add dev tap1 vid 20 pvid untagged")
      try service.wait(for: "the new VLAN") { service.repairs.count > repairs }
      try lab.send([frame])
      #expect(try receive() == [frame])
      try lab.sw.bridge("vlan add dev tap1 vid 1 pvid untagged", "vlan del dev tap1 vid 20")
      try service.awaitSame(as: before)
      try lab.send([frame])
      #expect(try receive() == [])
    }
  }

  @Test("S22, S28, S30: the route to the collector goes, and comes back by another interface; its neighbour changes")
  func route() throws {
    try withUnderlayLab { lab in
      let other = try lab.first.addWire("up1")
      let kind = TunnelKind.gretaps[0]
      try lab.addUnderlay("up0")
      let text = profile("{name: m3, select_src_port: tap1, select_dst_port: [up0, up1], \(kind.output())}")
      let service = try RunningService(in: lab.sw, text)
      try service.awaitState("active", of: "m3")
      let collectors = [try lab.capture(), try Capture("eth0", in: other, barrier: "up1", in: lab.sw)]
      func copies() throws -> [[Frame]] {
        try lab.first.ping(from: 1, to: 2, count: 10)
        return try collectors.map { try $0.drain() }
      }
      func expect(at number: Int, to neighbor: String, _ moment: Comment) throws {
        let found = try copies()
        let inner = found.map { kind.contents(of: $0.compactMap(\.packet)).map(\.frame) }
        #expect(inner[number].kinds == MirroredSide.ingress.tenFrames, moment)
        #expect(inner[1 - number] == [], moment)
        let receivers = found[number].filter { $0.packet?.encapsulatedEthernet?.frame.isEchoRequest ?? false }
        #expect(receivers.allSatisfy { "\($0.destination)" == neighbor }, moment)
      }
      try expect(at: 0, to: UnderlayLab.neighbor, "before")
      try lab.sw.ip("route del 10.95.30.0/24")
      let degraded = try service.awaitState("degraded", of: "m3")
      #expect(degraded.reasons.contains { $0.contains("route") }, "\(degraded.reasons)")
      try lab.sw.ip(
        "addr add 10.0.3.15/24 dev up1", "neigh replace 10.0.3.2 lladdr 02:00:00:00:03:03 dev up1 nud permanent",
        "route add 10.95.30.0/24 via 10.0.3.2")
      try service.awaitState("active", of: "m3")
      try expect(at: 1, to: "02:00:00:00:03:03", "by another interface")
      try lab.sw.ip("neigh replace 10.0.3.2 lladdr 02:00:00:00:03:04 dev up1 nud permanent")
      try service.reload()
      try expect(at: 1, to: "02:00:00:00:03:04", "by another neighbour")
    }
  }
}
