import Testing

/// Looks that fail, with the records of the profiles spoilt.
@Suite("Watching with damaged records", .fullKernel)
struct TopFailureTests {
  /// Removes the first page of a record, as `tc actions` shows it.
  private func damage(_ lab: SwitchLab) throws {
    let text = try Command(["tc", "actions", "list", "action", "gact"], in: lab.sw).succeed()
    let words = text.split(whereSeparator: \.isWhitespace)
    let indexes = zip(words, words.dropFirst()).filter { $0.0 == "index" }.compactMap { UInt32($0.1) }
    let index = try #require(indexes.filter { $0 >= 0x6000_0000 }.min())
    try lab.sw.tc("actions del action gact index \(index)")
  }

  @Test("top shows the failure and goes on; metrics prints nothing")
  func damaged() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let text = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}")
      try mirrorctl.apply(text)
      let session = try TerminalSession([MirrorCommand.path, "top", "-d", "600"], in: lab.sw)
      try session.wait(for: "the mirror") { session.screen.contains { $0.hasPrefix("m0 ") } }
      try damage(lab)
      try session.type(" ")
      try session.wait(for: "the failure") { session.screen.contains { $0.contains("is damaged") } }
      #expect(session.screen.contains { $0.hasPrefix("m0 ") && $0.contains(" - ") })
      let metrics = try mirrorctl.run("metrics")
      #expect(metrics.status == 1 && metrics.text.isEmpty && metrics.errorText.contains("is damaged"), "\(metrics)")
      let once = try mirrorctl.run("top", "-d", "0.1")
      #expect(once.status == 1 && once.text.contains("is damaged"), "\(once)")
      try mirrorctl.apply(text)
      try session.type(" ")
      try session.wait(for: "a good look") { !session.screen.contains { $0.contains("is damaged") } }
      #expect(session.screen.contains { $0.hasPrefix("m0 ") && $0.contains("active") })
      try session.type("q")
      #expect(try session.finish() == 0)
    }
  }
}
