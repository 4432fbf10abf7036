import Testing

/// S32: what `status` counts is what was sent.
@Suite("Counters", .fullKernel)
struct CounterTests {
  private static let frames = [14, 60, 64, 65, 333, 1000, 1514].map { ShapingLab.frame($0) }
  private static let bytes = frames.reduce(0) { $0 + $1.bytes.count }

  private func expect(
    _ lab: ShapingLab, packets: Int, bytes: Int, dropped: Int = 0, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let status = try lab.mirrorctl.status("m")
    #expect(status.packets == packets, comment, sourceLocation: sourceLocation)
    #expect(status.bytes == bytes, comment, sourceLocation: sourceLocation)
    #expect(status.dropped == dropped, comment, sourceLocation: sourceLocation)
  }

  private static func mirror(_ selection: String, _ output: ShapedOutput, _ more: String) -> String {
    profile("{name: m, bridge: br0, \(selection), \(output.words)\(more)}")
  }

  @Test("S32: packets and bytes in full, at both hooks, however copies are shaped", arguments: ShapedOutput.allCases)
  func exact(output: ShapedOutput) throws {
    try withShapingLab { lab in
      let shapes = ["", ", snaplen: 64", ", normalize: true", ", normalize: true, snaplen: 14", ", sample: 1"]
      for selection in ["select_src_port: tap1", "select_dst_port: tap2"] {
        for shape in selection.contains("src") ? shapes : Array(shapes.prefix(3)) {
          try lab.mirrorctl.apply(Self.mirror(selection, output, shape))
          let receive = try output.receiver(in: lab)
          try lab.send(Self.frames)
          #expect(try receive().count == Self.frames.count, "\(selection)\(shape)")
          try expect(lab, packets: Self.frames.count, bytes: Self.bytes, "\(selection)\(shape)")
          try lab.mirrorctl.clear()
        }
      }
    }
  }

  @Test("S32: of frames that are picked or limited, those that were sent", arguments: ShapedOutput.allCases)
  func picked(output: ShapedOutput) throws {
    try withShapingLab { lab in
      let receive = try output.receiver(in: lab)
      for shape in ["", ", snaplen: 20", ", normalize: true, snaplen: 20"] {
        try lab.mirrorctl.apply(Self.mirror("select_src_port: tap1", output, ", sample: 3\(shape)"))
        try lab.send(Self.frames)
        #expect(try receive().count == 2)
        try expect(lab, packets: 2, bytes: 64 + 1000, "sample\(shape)")
        try lab.mirrorctl.clear()
        try lab.mirrorctl.apply(
          Self.mirror("select_src_port: tap1", output, ", rate: {rate: 80bit, burst: 1kb}\(shape)"))
        try lab.send(Self.frames)
        #expect(try receive().count == 5)
        try expect(lab, packets: 5, bytes: 14 + 60 + 64 + 65 + 333, "rate\(shape)")
        try lab.mirrorctl.clear()
      }
    }
  }

  @Test(
    "S32: what an output that is down did not get is dropped, and nothing else",
    arguments: ShapedOutput.allCases.filter { $0.interface != "up0" })
  func down(output: ShapedOutput) throws {
    try withShapingLab { lab in
      let number = Self.frames.count
      for shape in ["", ", snaplen: 64", ", normalize: true", ", sample: 7"] {
        try lab.mirrorctl.apply(Self.mirror("select_src_port: tap1", output, shape))
        let copies = shape.contains("sample") ? 1 : number
        let bytes = shape.contains("sample") ? 1514 : Self.bytes
        try lab.send(Self.frames)
        try lab.settle()
        try expect(lab, packets: copies, bytes: bytes, "\(shape)")
        try lab.sw.ip("link set dev \(output.interface) down")
        try lab.send(Self.frames)
        try lab.settle()
        try expect(lab, packets: copies, bytes: bytes, dropped: copies, "\(shape), down")
        try lab.sw.ip("link set dev \(output.interface) up")
        try lab.sw.awaitForwarding()
        try lab.send(Self.frames)
        try lab.settle()
        try expect(lab, packets: 2 * copies, bytes: 2 * bytes, dropped: copies, "\(shape), up again")
        try lab.mirrorctl.clear()
      }
    }
  }

  @Test(
    "S32: RSPAN to several ports counts once", arguments: ["", ", snaplen: 64", ", normalize: true", ", sample: 7"])
  func remote(shape: String) throws {
    try withShapingLab { lab in
      try lab.mirrorctl.apply(profile("{name: m, bridge: br0, select_src_port: tap1, output_vlan: 111\(shape)}"))
      let captures = [try lab.first.capture(at: 3), try lab.first.capture(at: 4)]
      let copies = shape.contains("sample") ? 1 : Self.frames.count
      let bytes = shape.contains("sample") ? 1514 : Self.bytes
      try lab.send(Self.frames)
      for capture in captures { #expect(try capture.drain().count == copies) }
      try expect(lab, packets: copies, bytes: bytes)
      try lab.sw.ip("link set dev tap4 down")
      try lab.send(Self.frames)
      try lab.settle()
      try expect(lab, packets: 2 * copies, bytes: 2 * bytes, dropped: copies, "one of two ports is down")
    }
  }

  @Test(
    "S32: counters go on over another output", arguments: ["", ", snaplen: 64", ", normalize: true", ", sample: 7"])
  func repointed(shape: String) throws {
    try withShapingLab { lab in
      let copies = shape.contains("sample") ? 1 : Self.frames.count
      let bytes = shape.contains("sample") ? 1514 : Self.bytes
      for (turn, output) in zip(1..., ["mon0", "mon1", "mon0"]) {
        try lab.mirrorctl.apply(
          profile("{name: m, bridge: br0, select_src_port: tap1, output_port: \(output)\(shape)}"))
        try lab.send(Self.frames)
        try lab.settle()
        try expect(lab, packets: turn * copies, bytes: turn * bytes, "\(output)")
      }
    }
  }

  @Test("S32: counters go on where another snaplen, sample or rate is set")
  func reshaped() throws {
    try withShapingLab { lab in
      for (turn, shape) in zip(
        1..., ["snaplen: 64", "snaplen: 100", "snaplen: 100, sample: 1", "snaplen: 14, rate: 1gbit"])
      {
        try lab.mirrorctl.apply(ShapedOutput.port.mirror(shape))
        try lab.send(Self.frames)
        try lab.settle()
        try expect(lab, packets: turn * Self.frames.count, bytes: turn * Self.bytes, "\(shape)")
      }
    }
  }
}
