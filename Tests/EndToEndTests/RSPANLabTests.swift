import Testing

/// The second laboratory, from the files that the documentation shows.
@Suite("RSPAN laboratory", .fullKernel)
struct RSPANLabTests {
  private func expect(
    _ example: String, analyser membership: String,
    sourceLocation: SourceLocation = #_sourceLocation, frames expected: (Frame) -> Frame?
  ) throws {
    try withRemoteSpanLab(analyser: membership) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let analyser = try lab.capture()
      try lab.first.ping(from: 1, to: 2)
      #expect(try analyser.drain() == [], "no copy before", sourceLocation: sourceLocation)

      let before = try KernelDump(of: lab.sw)
      let output = try mirrorctl.run("apply", "-f", examplePath(example))
      try #require(output.status == 0, "\(output)", sourceLocation: sourceLocation)
      let guest = try lab.first.capture(at: 2)
      try lab.first.ping(from: 1, to: 2)
      let originals = try guest.drain()
      #expect(originals.kinds == ["request", "request"], sourceLocation: sourceLocation)
      #expect(try analyser.drain() == originals.compactMap(expected), sourceLocation: sourceLocation)

      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw, sourceLocation: sourceLocation)
    }
  }

  @Test("lab 2, S23, S24: the analyser's port is a trunk: it sees the requests tagged 111, and nothing else")
  func trunk() throws {
    try expect("rspan", analyser: "vid 111") { $0.tagged(111) }
  }

  @Test("lab 2, S23: the analyser's port is an access port of 111: it sees them untagged")
  func access() throws {
    try expect("rspan", analyser: "vid 111 pvid untagged") { $0 }
  }

  @Test("lab 2, S23: the analyser's port is an access port of 110: it sees nothing")
  func otherVLAN() throws {
    try expect("rspan", analyser: "vid 110 pvid untagged") { _ in nil }
  }

  @Test("lab 2, S14, S21: a second mirror takes VLAN 111 to the access port, once and untagged")
  func secondMirror() throws {
    try expect("rspan-analyser", analyser: "vid 111 pvid untagged") { $0 }
  }

  @Test("lab 2, S14: the second mirror and a tagged membership: the tag is there")
  func secondMirrorTagged() throws {
    try expect("rspan-analyser", analyser: "vid 111") { $0.tagged(111) }
  }
}
