import Testing

/// S32: what `status` counts goes on whatever is done to copies, and however often that changes.
@Suite("Counters through changes", .fullKernel)
struct CounterChangeTests {
  private static let frames = [14, 60, 64, 65, 333, 1000, 1514].map { ShapingLab.frame($0) }

  /// Each differs from the one before; the way round leads from the last back to the first. Of seven frames `sample: 7` takes the
  /// last.
  private static let shapes = [
    "", "snaplen: 64", "", "rate: 1gbit", "snaplen: 20, rate: 1gbit", "sample: 7", "sample: 7, snaplen: 64",
    "rate: 1gbit",
    "normalize: true", "normalize: true, snaplen: 14", "snaplen: 100", "normalize: true, sample: 7",
  ]

  /// What a look at the counters is compared with.
  private struct Expected {
    var packets = 0
    var bytes = 0

    mutating func add(_ frames: ArraySlice<Frame>) {
      packets += frames.count
      bytes += frames.reduce(0) { $0 + $1.bytes.count }
    }
  }

  private func mirror(_ selection: String, _ output: ShapedOutput, _ shape: String) -> String {
    profile(
      "{" + (["name: m", "bridge: br0", selection, output.words, shape].filter { !$0.isEmpty }.joined(separator: ", "))
        + "}")
  }

  /// Actions of the mirror, its record left out, which is as long as its text.
  private func actions(in lab: ShapingLab) throws -> [String] {
    try KernelDump(of: lab.sw).lines(with: "cookie 6d63746f").filter { $0.hasPrefix("action") }
  }

  @Test(
    "S32: switched on, off or from one to another, twelve times and again, and no counter more the second time",
    arguments: [
      (ShapedOutput.port, "select_src_port: tap1"),
      (.port, "select_src_port: tap2, select_dst_port: [tap1, tap2]"),
      (.tagged, "select_src_port: tap1"), (.vxlan, "select_dst_port: tap2"),
    ])
  func shapes(output: ShapedOutput, selection: String) throws {
    try withShapingLab { lab in
      let before = try KernelDump(of: lab.sw)
      let receive = try output.receiver(in: lab)
      var expected = Expected()
      for shape in Self.shapes {
        try lab.mirrorctl.apply(mirror(selection, output, shape))
        try lab.send(Self.frames)
        let copies = shape.contains("sample") ? Self.frames.suffix(1) : Self.frames[...]
        #expect(try receive().count == copies.count, "\(shape)")
        expected.add(copies)
        let status = try lab.mirrorctl.status("m")
        #expect(status.packets == expected.packets && status.bytes == expected.bytes, "\(shape): \(status)")
        #expect(status.dropped == 0 && status.state == "active", "\(shape): \(status)")
      }
      let last = mirror(selection, output, Self.shapes.last ?? "")
      #expect(try lab.mirrorctl.run("plan", "-f", "-", profile: last).status == 0, "nothing is left to do")
      let kept = try actions(in: lab)
      for shape in Self.shapes { try lab.mirrorctl.apply(mirror(selection, output, shape)) }
      #expect(try actions(in: lab).count == kept.count, "\(kept)")
      #expect(try lab.mirrorctl.status("m").packets == expected.packets)
      try lab.mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("S32: from one kind of output to another")
  func outputs() throws {
    try withShapingLab { lab in
      let before = try KernelDump(of: lab.sw)
      var expected = Expected()
      let outputs: [ShapedOutput] = [.port, .tagged, .gretap, .vxlan, .port]
      for (output, shape) in outputs.flatMap({ output in ["", "snaplen: 64", "normalize: true"].map { (output, $0) } })
      {
        try lab.mirrorctl.apply(mirror("select_src_port: tap1", output, shape))
        try lab.send(Self.frames)
        try lab.settle()
        expected.add(Self.frames[...])
        let status = try lab.mirrorctl.status("m")
        #expect(status.packets == expected.packets && status.bytes == expected.bytes, "\(output) \(shape)")
        #expect(status.state == "active", "\(status.reasons)")
      }
      try lab.mirrorctl.apply(profile(mirrors: []))
      try before.expectUnchanged(in: lab.sw, "what has counted goes with its mirror")
    }
  }

  @Test("S32: what was dropped in one shape is still dropped in another")
  func dropped() throws {
    try withShapingLab { lab in
      var (delivered, dropped) = (Expected(), Expected())
      for shape in ["", "snaplen: 64", "normalize: true", "rate: 1gbit", ""] {
        try lab.mirrorctl.apply(mirror("select_src_port: tap1", .port, shape))
        try lab.send(Self.frames)
        try lab.settle()
        delivered.add(Self.frames[...])
        try lab.sw.ip("link set dev mon0 down")
        try lab.send(Self.frames)
        try lab.settle()
        dropped.add(Self.frames[...])
        try lab.sw.ip("link set dev mon0 up")
        let status = try lab.mirrorctl.status("m")
        #expect(status.packets == delivered.packets && status.bytes == delivered.bytes, "\(shape)")
        #expect(status.dropped == dropped.packets, "\(shape)")
      }
    }
  }
}
