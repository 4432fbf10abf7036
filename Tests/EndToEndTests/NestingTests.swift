import Testing

/// S43: a chain of mirrors stays within the kernel's nest limit, or is refused.
@Suite("Mirrors of mirrors", .fullKernel)
struct NestingTests {
  /// A chain: host 1's port to o1, what leaves by o1 to o2, and so on.
  private static func chain(_ length: Int, _ more: String) -> String {
    profile(
      mirrors: (1...length).map { number in
        let source = number == 1 ? "select_src_port: tap1" : "select_dst_port: o\(number - 1)"
        return "{name: m\(number), \(source), output_port: o\(number)\(more)}"
      })
  }

  @Test(
    "S43: as deep as the kernel goes, every copy arrives; one deeper is refused",
    arguments: [("", 4), (", snaplen: 100", 2)])
  func chains(more: String, longest: Int) throws {
    try withSwitchLab(hosts: 2) { lab in
      var ends: [NetworkNamespace] = []
      for number in 1...longest + 1 { ends.append(try lab.addWire("o\(number)")) }
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.chain(longest, more))
      let captures = try (1...longest).map { try lab.capture(wire: "o\($0)", to: ends[$0 - 1]) }
      let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: 10)
      for _ in 1...3 { try lab.send(frame, from: 1) }
      for capture in captures { #expect(try capture.drain().filter { $0 == frame }.count == 3) }
      let text = try mirrorctl.refuse(Self.chain(longest + 1, more), status: 65).errorText
      #expect(
        text.contains("mirror m1") && text.contains("more than 4 mirrors and stages one within another"), "\(text)")
    }
  }
}
