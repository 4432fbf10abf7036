import Testing

/// More outputs than one filter holds actions.
@Suite("Kernel cases: many outputs", .fullKernel)
struct ManyOutputsTests {
  @Test(
    "S20, S23: forty outputs, by port and by VLAN: each gets one copy; a list that shrinks, and clear, leave nothing",
    arguments: [
      "output_port: [LIST]", "output_vlan: {id: 111, ports: [LIST]}", "output_vlan: {id: 111, ports: \"m*\"}",
    ])
  func forty(output: String) throws {
    try withUnderlayLab { lab in
      let ends = try lab.first.topology.makeNamespaces(["ends"])[0]
      let numbers = 1...40
      func lines(_ line: (Int) -> String) -> String { numbers.map { line($0) + "\n" }.joined() }
      try lab.sw.ip(
        lines { "link add m\($0) type veth peer name e\($0) netns \(ends)" }, lines { "link set dev m\($0) up" })
      try ends.ip(lines { "link set dev e\($0) arp off up" })
      try lab.sw.awaitForwarding()
      let before = try KernelDump(of: lab.sw)
      func mirror(_ count: Int) -> String {
        let list = (1...count).map { "m\($0)" }.joined(separator: ", ")
        return profile(
          "{name: m0, select_src_port: tap1, \(output.split(separator: "LIST").joined(separator: list))}")
      }
      let barrier = try lab.capture()
      let last = try Capture("e40", in: ends, barrier: "m40", in: lab.sw)
      let frame = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1))
      func received() throws -> [Int] {
        let start = try Self.counts(in: ends)
        try lab.first.send(frame, from: 1)
        _ = try barrier.drain()
        return zip(try Self.counts(in: ends), start).map { $0 - $1 }
      }
      try lab.mirrorctl.apply(mirror(40))
      #expect(try received() == Array(repeating: 1, count: 40))
      #expect(try last.drain() == [output.contains("vlan") ? frame.tagged(111) : frame])
      #expect(try lab.mirrorctl.status("m0").outputs.count == 40)
      if output.contains("LIST") {
        try lab.mirrorctl.apply(mirror(33))
        #expect(try received() == Array(repeating: 1, count: 33) + Array(repeating: 0, count: 7))
      }
      try lab.mirrorctl.clear()
      #expect(try received() == Array(repeating: 0, count: 40))
      try before.expectUnchanged(in: lab.sw)
    }
  }

  /// The frames that e1 to e40 have received.
  private static func counts(in ends: NetworkNamespace) throws -> [Int] {
    let text = try Command(["ip", "-json", "-statistics", "link", "show", "type", "veth"], in: ends).succeed()
    let links = try JSONValue(text: text).elements ?? []
    return (1...40).map { number in
      let link = links.first { $0.text("ifname") == "e\(number)" }
      guard case .integer(let packets)? = link?["stats64"]?["rx"]?["packets"] else { return 0 }
      return packets
    }
  }
}
