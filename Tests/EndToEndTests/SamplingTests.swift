import Testing

/// S17: one copy for so many frames, and no more than a rate.
@Suite("Picked and limited copies", .fullKernel)
struct SamplingTests {
  private static let frames = (1...60).map {
    Frame.udp($0, to: SwitchLab.address(3), from: SwitchLab.address(1), bytes: 20)
  }

  /// Sends 60 frames each from hosts 1 and 2 to host 3, in turn.
  private func converse(_ lab: SwitchLab) throws {
    let sockets = try (1...2).map { try FrameSocket("eth0", in: lab.host($0)) }
    for frame in Self.frames { for socket in sockets { try socket.send(frame) } }
  }

  @Test("S17: exactly one of N, of all that the mirror selects, by whatever port and side", arguments: [1, 3, 10, 7])
  func counted(oneIn: Int) throws {
    try withSwitchLab(hosts: 3) { lab in
      let ends = [try lab.addWire("mon0"), try lab.addWire("mon1")]
      let guest = try lab.capture(at: 3)
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(
        profile(
          "{name: m, select_src_port: [tap1, tap2], select_dst_port: tap3, output_port: [mon0, mon1], sample: \(oneIn)}"
        ))
      let captures = [try lab.capture(wire: "mon0", to: ends[0]), try lab.capture(wire: "mon1", to: ends[1])]
      try converse(lab)
      let copies = try captures.map { try $0.drain() }
      #expect(copies.map(\.count) == [240 / oneIn, 240 / oneIn])
      #expect(copies[0] == copies[1], "each output gets the same")
      #expect(Set(copies[0]).isSubset(of: Self.frames))
      #expect(try mirrorctl.status("m").packets == 2 * (240 / oneIn))
      #expect(try guest.drain() == Self.frames.flatMap { [$0, $0] }, "S15")
    }
  }

  @Test("S17: one of N for every kind of output", arguments: ShapedOutput.allCases)
  func outputs(output: ShapedOutput) throws {
    try withShapingLab { lab in
      let (receive, guest) = (try output.receiver(in: lab), try lab.first.capture(at: 2))
      try lab.mirrorctl.apply(output.mirror("sample: 3"))
      let frames = (20..<50).map { ShapingLab.frame($0) }
      try lab.send(frames)
      #expect(try receive() == stride(from: 2, to: 30, by: 3).map { output.copy(of: frames[$0]) })
      #expect(try guest.drain() == frames, "S15")
      #expect(try lab.mirrorctl.status("m").packets == 10)
    }
  }

  @Test("S17: random: each frame with the same probability")
  func random() throws {
    try withSwitchLab(hosts: 2) { lab in
      let end = try lab.addWire("mon0")
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m, select_src_port: tap1, output_port: mon0, sample: {one_in: 4, random: true}}"))
      let (capture, guest) = (try lab.capture(wire: "mon0", to: end), try lab.capture(at: 2))
      let socket = try FrameSocket("eth0", in: lab.host(1))
      var gaps: Set<Int> = []
      var sum = 0
      for round in 0..<10 {
        let frames = (1...200).map {
          Frame.udp(UInt16($0 + 200 * round), to: SwitchLab.address(2), from: SwitchLab.address(1))
        }
        for frame in frames { try socket.send(frame) }
        let copies = try capture.drain()
        #expect(try guest.drain() == frames, "S15")
        sum += copies.count
        let places = copies.compactMap(frames.firstIndex)
        gaps.formUnion(zip(places, places.dropFirst()).map { $1 - $0 })
      }
      // Of 2000 frames, 500 with a standard deviation of 19: 150 more or less is more than seven of them.
      #expect((350...650).contains(sum), "\(sum) of 2000")
      #expect(gaps.count > 3, "not counted: gaps of \(gaps.sorted())")
    }
  }

  @Test("S17: copies above the burst are dropped, frames never", arguments: ShapedOutput.allCases)
  func burst(output: ShapedOutput) throws {
    try withShapingLab { lab in
      let (receive, guest) = (try output.receiver(in: lab), try lab.first.capture(at: 2))
      // A fourth frame would fit into the bucket after 80 seconds.
      try lab.mirrorctl.apply(output.mirror("rate: {rate: 64bit, burst: 2kb}"))
      let frames = (0..<12).map { ShapingLab.frame(670 + $0) }
      try lab.send(frames)
      #expect(try receive() == frames.prefix(3).map(output.copy))
      #expect(try guest.drain() == frames, "S15")
      let status = try lab.mirrorctl.status("m")
      #expect(status.packets == 3)
      #expect(status.dropped == 0, "S32: what a limit leaves out could have been delivered")
    }
  }

  @Test("S17: the kernel has the rate, and copies go on when the burst is used up")
  func rate() throws {
    try withShapingLab { lab in
      try lab.mirrorctl.apply(ShapedOutput.port.mirror("rate: {rate: 400kbit, burst: 5kb}"))
      let actions = try Command(["tc", "actions", "list", "action", "police"], in: lab.sw).succeed()
      #expect(actions.contains(" rate 400Kbit burst 5Kb "), "\(actions)")
      let receive = try ShapedOutput.port.receiver(in: lab)
      let socket = try FrameSocket("eth0", in: lab.first.host(1))
      func send() throws -> Int {
        for _ in 0..<10 { try socket.send(ShapingLab.frame(1000)) }
        return try receive().count
      }
      var copies = 0
      try Deadline.after(.seconds(60)).wait(for: "thrice the burst") {
        copies += try send()
        return copies >= 15
      }
    }
  }
}
