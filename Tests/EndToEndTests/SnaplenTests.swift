import Testing

/// S16: `snaplen` cuts copies and nothing else.
@Suite("Cut copies", .fullKernel)
struct SnaplenTests {
  private static let lengths = [14, 15, 18, 64, 100, 1514]
  private static let frames =
    [14, 15, 18, 63, 64, 65, 100, 101, 1514].map { ShapingLab.frame($0) }
    + [20, 64, 65, 68, 101, 1518].map { ShapingLab.frame($0, vlan: 10, priority: 5) }

  @Test(
    "S16: counted from the destination address, the tag included; shorter frames stay", arguments: ShapedOutput.allCases
  )
  func lengths(output: ShapedOutput) throws {
    try withShapingLab { lab in
      let (receive, guest) = (try output.receiver(in: lab), try lab.first.capture(at: 2))
      for length in Self.lengths {
        try lab.mirrorctl.apply(output.mirror("snaplen: \(length)"))
        try lab.send(Self.frames)
        let originals = try guest.drain()
        #expect(originals == Self.frames, "S15: snaplen \(length)")
        let copies = try receive()
        #expect(copies == Self.frames.map { output.copy(of: $0, snaplen: length) }, "snaplen \(length)")
      }
    }
  }

  @Test("S16: no length and no checksum of what is cut is mended", arguments: ShapedOutput.allCases)
  func packets(output: ShapedOutput) throws {
    try withShapingLab { lab in
      let receive = try output.receiver(in: lab)
      try lab.mirrorctl.apply(output.mirror("snaplen: 64"))
      let frames = [10, 22, 23, 900].map {
        Frame.udp(UInt16($0), to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: $0)
      }
      try lab.send(frames)
      #expect(try receive() == frames.map { output.copy(of: $0, snaplen: 64) })
    }
  }

  @Test(
    "S16: within an IP header: the kernel leaves the header of what a host of this machine sent",
    arguments: ShapedOutput.allCases)
  func headers(output: ShapedOutput) throws {
    try withShapingLab { lab in
      let receive = try output.receiver(in: lab)
      try lab.mirrorctl.apply(output.mirror("snaplen: 20"))
      let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: 100)
      try lab.send([frame])
      let copies = try receive()
      #expect(copies.count == 1)
      #expect(copies.allSatisfy { copy in output.copy(of: frame).bytes.starts(with: copy.bytes) })
      #expect(copies.allSatisfy { (20...38).contains($0.bytes.count) }, "\(copies.map(\.bytes.count))")
    }
  }

  @Test("S16, S20: two outputs, both cut alike, and a hook on the way out")
  func twoOutputs() throws {
    try withShapingLab { lab in
      let captures = [
        try lab.first.capture(wire: "mon0", to: lab.analysers[0]),
        try lab.first.capture(wire: "mon1", to: lab.analysers[1]),
      ]
      try lab.mirrorctl.apply(
        profile("{name: m, bridge: br0, select_dst_port: tap2, output_port: [mon0, mon1], snaplen: 100}"))
      try lab.send([ShapingLab.frame(1514), ShapingLab.frame(99), ShapingLab.frame(900, vlan: 10)])
      let expected = [ShapingLab.frame(1514), ShapingLab.frame(99), ShapingLab.frame(900, vlan: 10)].map {
        Frame(bytes: Array($0.bytes.prefix(100)))
      }
      for capture in captures { #expect(try capture.drain() == expected) }
    }
  }
}
