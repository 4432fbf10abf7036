import Testing
import TrafficControl

/// S35: mirrors change from filters of clsact to tcx programs and back (Linux 6.6).
@Suite("From filters to programs and back", .anyKernel)
struct SmallKernelChangeoverTests {
  /// Of a program behind ours: some hundred microseconds for each frame, so that frames are between programs and filters whenever
  /// one of these changes.
  private static let rounds: Int32 = 100_000

  private static func mirror(
    _ hook: String, _ selection: String = "select_src_port: tap1", number: Int = 0
  ) -> String {
    "{name: m\(number), bridge: br0, \(selection), hook: \(hook), output_port: mon\(number)}"
  }

  private struct Place {
    let lab: SwitchLab
    let mirrorctl: MirrorCommand
    let analysers: [Capture]
    let stream: NumberedFrames

    func copies() throws -> [[Frame]] { try analysers.map { try $0.drain() } }
  }

  private func withPlace(_ body: (Place) throws -> Void) throws {
    try withSwitchLab(hosts: 3) { lab in
      let analysers = try (0...1).map { try lab.capture(wire: "mon\($0)", to: lab.addWire("mon\($0)")) }
      guard try lab.sw.programs(at: "tap1", .ingress) != nil else { try Test.cancel("this kernel lacks tcx") }
      try lab.send(Frame(to: SwitchLab.address(9), from: SwitchLab.address(2), type: 0x88b7, payload: []), from: 2)
      for analyser in analysers { _ = try analyser.drain() }
      try body(
        Place(lab: lab, mirrorctl: MirrorCommand(in: lab.sw), analysers: analysers, stream: NumberedFrames(in: lab)))
    }
  }

  @Test(
    "Each frame is copied and counted once, with VLANs and filter expressions too",
    arguments: [("select_src_port: tap1", "tap1", Hook.ingress), ("select_dst_port: tap2", "tap2", .egress)])
  func once(side: String, port: String, hook: Hook) throws {
    try withPlace { place in
      let agent = try TCXAttachment(
        "slow", returning: TCXAttachment.next, at: port, hook, rounds: Self.rounds, in: place.lab.sw)
      #expect(agent != nil)
      let selections = ["", ", filter: \"not ip\"", ", select_vlan: 0", ", select_vlan: [0, 7], filter: \"len > 10\""]
      func profile(_ number: Int) -> String {
        EndToEndTests.profile(
          Self.mirror(["clsact", "tcx"][number % 2], side + selections[number / 2 % selections.count]))
      }
      try place.mirrorctl.applyWithWarnings(profile(0))
      var copies: [Frame] = []
      for number in 1...16 {
        try place.mirrorctl.apply(profile(number), meanwhile: place.stream)
        try place.stream.pass(10)
        copies += try place.copies()[0]
        #expect(try place.lab.sw.programs(at: port, hook)?.count == 1 + number % 2)
      }
      place.stream.expectOnce(in: copies)
      let status = try place.mirrorctl.status("m0")
      #expect(status.packets == Int(place.stream.sent) && status.dropped == 0, "S32: \(status)")
    }
  }

  @Test("Two mirrors of a hook change at once, one there and one back")
  func opposite() throws {
    try withPlace { place in
      let agent = try TCXAttachment(
        "slow", returning: TCXAttachment.next, at: "tap1", .ingress, rounds: Self.rounds, in: place.lab.sw)
      #expect(agent != nil)
      let hooks = ["clsact", "tcx"]
      func profile(_ number: Int) -> String {
        EndToEndTests.profile(Self.mirror(hooks[number % 2]), Self.mirror(hooks[1 - number % 2], number: 1))
      }
      try place.mirrorctl.applyWithWarnings(profile(0))
      var copies: [[Frame]] = [[], []]
      for number in 1...8 {
        try place.mirrorctl.apply(profile(number), meanwhile: place.stream)
        for (mirror, new) in try place.copies().enumerated() { copies[mirror] += new }
      }
      for mirror in 0...1 {
        place.stream.expectOnce(in: copies[mirror], "m\(mirror)")
        #expect(try place.mirrorctl.status("m\(mirror)").packets == Int(place.stream.sent))
      }
    }
  }

  @Test("S40: the service does it when a program of another tool comes and when it goes")
  func service() throws {
    try withPlace { place in
      // By the second mirror the port keeps its qdisc, and so the first one comes back to filters.
      let text = profile(Self.mirror("auto"), Self.mirror("clsact", "select_dst_port: tap1", number: 1))
      let service = try RunningService(in: place.lab.sw, text)
      func programs() throws -> Int? { try place.lab.sw.programs(at: "tap1", .ingress)?.count }
      try place.stream.pass(20)
      for _ in 1...4 {
        let agent = try #require(
          try TCXAttachment(
            "agent", returning: TCXAttachment.next, at: "tap1", .ingress, rounds: Self.rounds, in: place.lab.sw))
        try service.reload(meanwhile: place.stream.pass)
        #expect(try programs() == 2)
        try agent.detach()
        try service.reload(meanwhile: place.stream.pass)
        #expect(try programs() == 0)
      }
      place.stream.expectOnce(in: try place.copies()[0])
      let status = try place.mirrorctl.status("m0")
      #expect(status.state == "active" && status.packets == Int(place.stream.sent), "\(status)")
    }
  }

  /// Expects that one way makes the copies, and that nothing is left of a change from the other one.
  private func expectSettled(_ hook: String, _ place: Place, _ moment: Comment) throws {
    let isProgram = hook == "tcx"
    let programs = try #require(try place.lab.sw.programs(at: "tap1", .ingress))
    #expect(programs.count == (isProgram ? 1 : 0), moment)
    let dump = try KernelDump(of: place.lab.sw)
    #expect(dump.lines(with: "filter tap1 ingress").isEmpty == isProgram, moment)
    #expect(!dump.contains("mirrorctl-"), moment)
  }

  @Test(
    "S48: killed before any of its requests, and then applied again, taken back or cleared",
    arguments: [("clsact", "tcx"), ("tcx", "clsact")])
  func killed(before: String, after: String) throws {
    try withPlace { place in
      let nothing = try KernelDump(of: place.lab.sw)
      var copies: [Frame] = []
      var number = 0
      var isKilled = true
      while isKilled {
        number += 1
        try place.mirrorctl.apply(profile(Self.mirror(before)))
        for end in [after, before] {
          isKilled = try place.mirrorctl.isKilled(
            applying: profile(Self.mirror(after)), beforeRequest: number, meanwhile: place.stream)
          try place.mirrorctl.apply(profile(Self.mirror(end)), meanwhile: place.stream)
          try expectSettled(end, place, "\(end) after request \(number)")
          let plan = try place.mirrorctl.run("plan", "-f", "-", profile: profile(Self.mirror(end)))
          #expect(plan.status == 0, "\(end) after request \(number): \(plan)")
          try place.mirrorctl.apply(profile(Self.mirror(before)), meanwhile: place.stream)
        }
        copies += try place.copies()[0]
        _ = try place.mirrorctl.isKilled(applying: profile(Self.mirror(after)), beforeRequest: number)
        try place.mirrorctl.clear()
        try nothing.expectUnchanged(in: place.lab.sw, "clear after request \(number)")
        _ = try place.copies()
        #expect(number < 200)
      }
      #expect(number > 8)
      place.stream.expectOnce(in: copies)
    }
  }

  @Test(
    "S48: the service, killed before any of its requests, goes on when it is started again",
    arguments: [("clsact", "tcx"), ("tcx", "clsact")])
  func killedService(before: String, after: String) throws {
    try withPlace { place in
      let service = try RunningService(in: place.lab.sw, profile(Self.mirror(before)))
      for number in 1..<200 {
        try service.end()
        try service.profiles.put(profile(Self.mirror(after)), as: "lab.yaml")
        guard try service.start(killedBeforeRequest: number) else {
          #expect(number > 8)
          break
        }
        try service.start(meanwhile: place.stream.pass)
        try expectSettled(after, place, "after request \(number)")
        try service.profiles.put(profile(Self.mirror(before)), as: "lab.yaml")
        try service.reload(meanwhile: place.stream.pass)
        try expectSettled(before, place, "back after request \(number)")
      }
      place.stream.expectOnce(in: try place.copies()[0])
    }
  }
}
