import Testing

/// S21: an output that is a port of the mirrored bridge belongs to the copies.
@Suite("Reserved output port", .fullKernel)
struct ReservedPortTests {
  private static let mirror = profile("{name: m0, bridge: br0, select_dst_port: tap1, output_port: tap3}")

  @Test("S21: what enters by the output is dropped, before learning")
  func dropsAndLearnsNothing() throws {
    try withSwitchLab(hosts: 3) { lab in
      try MirrorCommand(in: lab.sw).apply(Self.mirror)
      let (first, second) = (try lab.capture(at: 1), try lab.capture(at: 2))
      try lab.send(.udp(1, to: .broadcast, from: SwitchLab.address(3)), from: 3)
      try lab.send(.udp(2, to: SwitchLab.address(1), from: SwitchLab.address(3)), from: 3)
      #expect(try first.drain() == [])
      #expect(try second.drain() == [])
      // Had the bridge learned, it would send this to tap3 alone.
      let question = Frame.udp(3, to: SwitchLab.address(3), from: SwitchLab.address(2))
      try lab.send(question, from: 2)
      #expect(try first.drain() == [question])
    }
  }

  @Test("S21: the bridge neither floods nor forwards to the output, whatever it learned before")
  func forwardsNothing() throws {
    try withSwitchLab(hosts: 3) { lab in
      try lab.ping(from: 1, to: 3)
      try MirrorCommand(in: lab.sw).apply(Self.mirror)
      let analyser = try lab.capture(at: 3)
      let guest = SwitchLab.address(1)
      let multicast = HardwareAddress(octets: [0x01, 0x00, 0x5e, 1, 2, 3])
      let destinations = [.broadcast, multicast, HardwareAddress(7, 7), SwitchLab.address(3)]
      for (number, destination) in zip(UInt16(1)..., destinations) {
        try lab.send(.udp(number, to: destination, from: guest), from: 1)
      }
      #expect(try analyser.drain() == [], "what tap1 sends is not selected")
    }
  }

  @Test("S21: nor does what the host sends to everybody leave by the output")
  func forwardsNothingOfTheHost() throws {
    try withSwitchLab(hosts: 3) { lab in
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m0, bridge: br0, select_src_port: br0, output_port: tap3}"))
      let (guest, analyser) = (try lab.capture(at: 1), try lab.capture(at: 3))
      let multicast = HardwareAddress(octets: [0x01, 0x00, 0x5e, 1, 2, 3])
      let frames = zip(UInt16(1)..., [.broadcast, multicast, HardwareAddress(7, 7)]).map {
        Frame.udp($0, to: $1, from: HardwareAddress(2, 0))
      }
      for frame in frames { try FrameSocket("br0", in: lab.sw).send(frame) }
      #expect(try guest.drain() == frames)
      #expect(try analyser.drain() == frames, "one copy each")
    }
  }

  @Test("S21: the port's former flags and its traffic come back when it is released", arguments: ["clear", "change"])
  func release(how: String) throws {
    try withSwitchLab(hosts: 3) { lab in
      try lab.sw.bridge("link set dev tap3 learning on flood off mcast_flood off")
      _ = try lab.addWire("mon0")
      let before = try KernelDump(of: lab.sw)
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror)
      if how == "clear" {
        try mirrorctl.clear()
        try before.expectUnchanged(in: lab.sw)
      } else {
        try mirrorctl.apply(profile("{name: m0, bridge: br0, select_dst_port: tap1, output_port: mon0}"))
        #expect(try KernelDump(of: lab.sw).lines(with: "link tap3 ") == before.lines(with: "link tap3 "))
      }
      try lab.sw.awaitForwarding()
      try lab.ping(from: 1, to: 3)
      try lab.ping(from: 3, to: 2)
    }
  }
}
