import Testing

/// S35: what is done to copies changes while frames pass.
@Suite("Changes of shape", .fullKernel)
struct ShapingChangeTests {
  /// How often each frame arrived that was sent before, between and after the requests by which one profile takes the place of
  /// another, in the order of sending.
  private func arrivals(_ output: ShapedOutput, from old: String, to new: String) throws -> [Int] {
    try withTopology { topology in
      let lab = try ShapingLab(topology)
      let receive = try output.receiver(in: lab)
      try lab.mirrorctl.apply(old)
      let socket = try FrameSocket("eth0", in: lab.first.host(1))
      var number: UInt16 = 0
      func send() throws {
        for _ in 0..<10 {
          try socket.send(.udp(number, to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: 20))
          number += 1
        }
      }
      try send()
      let refusal = try MirrorProgram(in: lab.sw).apply(new, meanwhile: send)
      try #require(refusal == nil)
      try send()
      let plan = try lab.mirrorctl.run("plan", "-f", "-", profile: new)
      #expect(plan.status == 0, "nothing is left to do: \(plan)")
      var counts = [Int](repeating: 0, count: Int(number))
      for frame in try receive() {
        guard let source = frame.packet?.payload.word(at: 0), counts.indices.contains(Int(source)) else { continue }
        counts[Int(source)] += 1
      }
      return counts
    }
  }

  @Test(
    "S35: setting, changing and leaving out snaplen and normalize loses and doubles nothing",
    arguments: [
      (ShapedOutput.port, "snaplen: 100", "snaplen: 200"), (.port, "snaplen: 100", "force: false"),
      (.port, "force: false", "snaplen: 100"), (.port, "force: false", "normalize: true"),
      (.port, "normalize: true", "force: false"), (.port, "snaplen: 100", "normalize: true"),
      (.view, "force: false", "snaplen: 100"), (.view, "snaplen: 100", "force: false"),
      (.tagged, "force: false", "snaplen: 100"), (.tagged, "snaplen: 100", "force: false"),
      (.tagged, "force: false", "normalize: true"), (.gretap, "force: false", "snaplen: 100"),
      (.gretap, "snaplen: 100", "normalize: true"), (.port, "sample: 1", "rate: 10gbit"),
      (.port, "force: false", "rate: 10gbit"), (.vxlan, "force: false", "snaplen: 100"),
    ])
  func change(output: ShapedOutput, old: String, new: String) throws {
    let counts = try arrivals(output, from: output.mirror(old), to: output.mirror(new))
    #expect(counts.count >= 50, "there are three requests at least")
    let wrong = counts.indices.filter { counts[$0] != 1 }
    #expect(wrong.isEmpty, "\(counts.count) frames, arrived: \(wrong.map { "\($0): \(counts[$0])" })")
  }
}
