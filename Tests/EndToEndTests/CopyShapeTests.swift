import Testing

/// S16 and S17: cut, sampled and limited copies of untouched originals.
@Suite("Shape of copies")
struct CopyShapeTests {
  private func withMirror(
    _ options: String, body: (SwitchLab, _ analyser: Capture, _ guest: Capture) throws -> Void
  ) throws {
    try withSwitchLab(hosts: 2) { lab in
      let end = try lab.addWire("mon0")
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m0, bridge: br0, select_src_port: tap1, \(options), output_port: mon0}"))
      try body(lab, lab.capture(wire: "mon0", to: end), lab.capture(at: 2))
    }
  }

  private static func frame(_ number: UInt16, bytes: Int = 32) -> Frame {
    .udp(number, to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: bytes)
  }

  @Test("S16: snaplen cuts the copy, its tag counted, and never the original", arguments: [18, 64, 100, 1514])
  func snaplen(limit: Int) throws {
    try withMirror("snaplen: \(limit)") { lab, analyser, guest in
      let sent = [Self.frame(1, bytes: 18), Self.frame(2, bytes: 1000), Self.frame(3, bytes: 1000).tagged(10)]
      for frame in sent { try lab.send(frame, from: 1) }
      #expect(try analyser.drain() == sent.map { Frame(bytes: Array($0.bytes.prefix(limit))) })
      #expect(try guest.drain() == sent)
    }
  }

  @Test("S17: sample copies exactly one of N", arguments: [1, 3, 10])
  func sample(interval: Int) throws {
    try withMirror("sample: \(interval)") { lab, analyser, guest in
      let sent = (0..<UInt16(30)).map { Self.frame($0) }
      for frame in sent { try lab.send(frame, from: 1) }
      #expect(try analyser.drain().count == 30 / interval)
      #expect(try guest.drain() == sent)
    }
  }

  @Test("S17: rate drops copies above it, never originals")
  func rate() throws {
    try withMirror("rate: {rate: 8kbit, burst: 10kb}") { lab, analyser, guest in
      let sent = (0..<UInt16(50)).map { Self.frame($0, bytes: 1000) }
      for frame in sent { try lab.send(frame, from: 1) }
      let copies = try analyser.drain()
      #expect((1...20).contains(copies.count), "10 kB at once, then 1 kB a second: \(copies.count)")
      #expect(try guest.drain() == sent)
    }
  }
}
