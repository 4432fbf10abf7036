import Testing

/// S10: mirrors with one destination that ask for different amounts of the same frames; S44: outputs that take shorter frames.
@Suite("Mirrors that ask for different amounts", .fullKernel)
struct UnequalMirrorTests {
  private struct Place {
    let lab: SwitchLab
    let end: NetworkNamespace
    let analyser: Capture
    let mirrorctl: MirrorCommand

    init(_ lab: SwitchLab) throws {
      self.lab = lab
      end = try lab.addWire("mon0")
      analyser = try lab.capture(wire: "mon0", to: end)
      mirrorctl = MirrorCommand(in: lab.sw)
    }

    /// Sends numbered frames from host 1 to host 2, and gives the copies.
    func copies(of count: Int, bytes: Int = 200) throws -> (sent: [Frame], copies: [Frame]) {
      let frames = (1...count).map {
        Frame.udp(UInt16($0), to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: bytes)
      }
      for frame in frames { try lab.send(frame, from: 1) }
      return (frames, try analyser.drain())
    }
  }

  private static let less = [
    "sample: 10", "snaplen: 64", "rate: 8kbit", "sample: {one_in: 10, random: true}, snaplen: 64",
  ]

  @Test(
    "S10: who asks for less keeps nothing from who asks for all, whichever comes first, also across profiles",
    arguments: less, ["early", "late"])
  func fullest(words: String, profile: String) throws {
    try withSwitchLab(hosts: 2) { lab in
      let place = try Place(lab)
      let ports = "select_src_port: tap1, output_port: mon0"
      try place.mirrorctl.apply("version: 1\nprofile: full\nmirrors: [{name: b, \(ports)}]\n")
      try place.mirrorctl.applyWithWarnings(
        "version: 1\nprofile: \(profile)\nmirrors: [{name: a, \(ports), \(words)}]\n")
      let (sent, copies) = try place.copies(of: 40)
      #expect(copies == sent, "each once, whole")
      let notes = try place.mirrorctl.status("a").notes
      #expect(notes.count == 1 && notes[0].hasPrefix("mirror full/b copies the frames that both select"), "\(notes)")
      #expect(try place.mirrorctl.status("b").notes.isEmpty)
    }
  }

  @Test("S10: of what only one selects, the other does not take its share")
  func parts() throws {
    try withSwitchLab(hosts: 2) { lab in
      let place = try Place(lab)
      try place.mirrorctl.applyWithWarnings(
        profile(
          "{name: a, select_src_port: tap1, output_port: mon0, snaplen: 64}",
          "{name: b, select_src_port: tap1, output_port: mon0, filter: \"udp port 7\"}"))
      let (sent, copies) = try place.copies(of: 10)
      #expect(copies.count == 10)
      for (frame, copy) in zip(sent, copies) {
        let isWhole = frame.packet?.payload.prefix(4).contains(7) ?? false
        #expect(copy.bytes == (isWhole ? frame.bytes : Array(frame.bytes.prefix(64))), "\(frame)")
      }
      #expect(copies.contains { $0.bytes.count > 64 } && copies.contains { $0.bytes.count == 64 })
    }
  }

  @Test("S10: where frames come in for the one and leave for the other, who asks for all gets all")
  func sides() throws {
    try withSwitchLab(hosts: 2) { lab in
      let place = try Place(lab)
      try place.mirrorctl.applyWithWarnings(
        profile(
          "{name: a, bridge: br0, select_src_port: tap1, output_port: mon0, sample: 10}",
          "{name: b, bridge: br0, select_dst_port: tap2, output_port: mon0}"))
      let (sent, copies) = try place.copies(of: 40)
      #expect(Set(copies) == Set(sent))
      #expect(copies.count == 44, "and the sample besides, as is told")
      #expect(try place.mirrorctl.status("a").notes.first?.contains("may arrive twice") == true)
    }
  }

  private static let loads = [
    "udp[8:4] = 0x12345678", "ip[40:4] = 1 or ether[1000] = 1", "udp[100] = 1 and udp[4:2] > 20",
  ]

  @Test(
    "S10: a frame that is too short for one mirror's filter is none of its frames, and not lost for the other",
    arguments: loads)
  func short(filter: String) throws {
    try withSwitchLab(hosts: 2) { lab in
      let place = try Place(lab)
      for other in ["", ", filter: udp", ", filter: \"ip[2:2] > 20\", select_vlan: 0"] {
        try place.mirrorctl.applyWithWarnings(
          profile(
            "{name: a, select_src_port: tap1, output_port: mon0, filter: \"\(filter)\"}",
            "{name: b, select_src_port: tap1, output_port: mon0\(other)}"))
        let (sent, copies) = try place.copies(of: 5, bytes: 0)
        #expect(sent.allSatisfy { $0.bytes.count == 42 })
        #expect(copies == sent, "\(other)")
      }
    }
  }

  @Test(
    "S44: frames that are longer than the output takes are told with both figures, and their loss is counted",
    arguments: ["output_port: mon0", "output_vlan: {id: 5, ports: mon0}"])
  func length(output: String) throws {
    try withSwitchLab(hosts: 2) { lab in
      let place = try Place(lab)
      try lab.sw.ip("link set dev mon0 mtu 1400")
      try place.end.ip("link set dev eth0 mtu 1400")
      let mirror = "{name: m, select_src_port: tap1, \(output)"
      let words = "frames of tap1 may be longer than mon0 takes: MTU 1500 against 1400"
      let plan = try place.mirrorctl.run("plan", "-f", "-", profile: profile(mirror + "}"))
      #expect(plan.text.contains(words), "\(plan)")
      try place.mirrorctl.applyWithWarnings(profile(mirror + "}"))
      #expect(try place.mirrorctl.status("m").notes.contains { $0.hasPrefix(words) })
      // An Ethernet header, and room for a tag.
      for length in [1418, 1419] {
        try lab.send(.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: length - 14 - 28), from: 1)
      }
      let status = try place.mirrorctl.status("m")
      #expect(status.packets == 1 && status.dropped == 1, "\(status)")
      try place.mirrorctl.applyWithWarnings(profile(mirror + ", snaplen: 1000}"))
      #expect(try place.mirrorctl.status("m").notes.isEmpty)
    }
  }
}
