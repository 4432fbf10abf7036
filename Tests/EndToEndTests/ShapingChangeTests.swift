import Glibc
import Testing

/// S35: what is done to copies changes while frames pass.
@Suite("Changes of shape")
struct ShapingChangeTests {
  /// How often each frame arrived that was sent while one profile took the place of another, in the order of sending.
  private func arrivals(_ output: ShapedOutput, from old: String, to new: String) throws -> [Int] {
    try withTopology { topology in
      let lab = try ShapingLab(topology)
      let receive = try output.receiver(in: lab)
      try lab.mirrorctl.apply(old)
      let socket = try FrameSocket("eth0", in: lab.first.host(1))
      func send(_ number: UInt16) throws {
        try socket.send(.udp(number, to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: 20))
      }
      var number: UInt16 = 0
      let change = try lab.mirrorctl.command(["apply", "-f", "-"], profile: new).start()
      while try change.isRunning(), number < 30_000 {
        try send(number)
        number += 1
        usleep(100)
      }
      let result = try change.finish()
      guard result.status == 0 else { throw SupportError("\(result)") }
      try send(number)
      var counts = [Int](repeating: 0, count: Int(number) + 1)
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
    #expect(counts.count > 50, "frames were sent meanwhile")
    let wrong = counts.indices.filter { counts[$0] != 1 }
    #expect(wrong.isEmpty, "\(counts.count) frames, arrived: \(wrong.map { "\($0): \(counts[$0])" })")
  }
}
