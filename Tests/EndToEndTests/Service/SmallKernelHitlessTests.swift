import Glibc
import Testing

/// S35, S38: the service stops, dies, is replaced, reads again, and profiles change, all while frames pass.
@Suite("Service: nothing is lost", .anyKernel)
struct SmallKernelHitlessTests {
  /// A switch with two analysers, and what came to them.
  private struct Place {
    let lab: SwitchLab
    let service: RunningService
    let stream: NumberedFrames
    let captures: [Capture]

    init(_ lab: SwitchLab, _ profile: String) throws {
      self.lab = lab
      captures = try ["mon0", "mon1"].map { try lab.capture(wire: $0, to: lab.addWire($0)) }
      service = try RunningService(in: lab.sw, profile)
      stream = try NumberedFrames(in: lab)
    }

    func copies() throws -> [Frame] { try captures.flatMap { try $0.drain() } }

    func expectAll(_ moment: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      stream.expectOnce(in: try copies(), moment, sourceLocation: sourceLocation)
      let status = try MirrorCommand(in: lab.sw).status("m0")
      #expect(status.packets == Int(stream.sent) && status.dropped == 0, "S32", sourceLocation: sourceLocation)
    }
  }

  private static func mirror(_ more: String = "output_port: mon0") -> String {
    "{name: m0, bridge: br0, select_src_port: tap1, \(more)}"
  }

  @Test("S38: stop and start, kill -9, another copy of the program, SIGHUP: no copy is lost or doubled, counters go on")
  func life() throws {
    try withSwitchLab(hosts: 2) { lab in
      let place = try Place(lab, profile(Self.mirror()))
      let (service, stream) = (place.service, place.stream)
      let before = try KernelDump(of: lab.sw)
      let repairs = service.repairs
      let copy = "\(service.profiles.path)/another-mirrorctl"
      try Command(["cp", MirrorCommand.path, copy]).succeed()
      try stream.pass(50)
      for signal in [SIGTERM, SIGKILL, SIGINT] {
        try service.end(by: signal, meanwhile: stream.pass)
        try stream.pass(50)
        try service.start(meanwhile: stream.pass)
      }
      try service.end(meanwhile: stream.pass)
      try service.start(copy, meanwhile: stream.pass)
      for _ in 0..<10 { try service.reload(meanwhile: stream.pass) }
      try stream.pass(50)
      #expect(service.repairs == repairs, "there was nothing to do")
      try before.expectUnchanged(in: lab.sw)
      try place.expectAll("in the end")
    }
  }

  @Test("a second service for the same network namespace is refused, and the first goes on")
  func second() throws {
    try withSwitchLab(hosts: 2) { lab in
      let place = try Place(lab, profile(Self.mirror()))
      let words = ["daemon", "--profiles", place.service.profiles.path]
      let output = try MirrorCommand(in: lab.sw).command(words).run()
      #expect(output.status != 0 && output.errorText.contains("a service is running"), "\(output)")
      try place.stream.pass(10)
      try place.service.reload()
      try place.expectAll("in the end")
    }
  }

  /// Ways to say which frames m0 selects that all select those of the stream.
  private static let selections = [
    "", "select_vlan: [0, 5-9], ", "select_vlan: [0], ", "filter: \"not ip\", ", "filter: \"len > 10\", ",
  ]

  /// What a profile can say of m0 without its copies being others, and other mirrors beside it.
  private static func variant(_ number: Int) -> String {
    let outputs = ["output_port: mon0", "output_port: mon1"]
    let others = [
      [], ["{name: m1, bridge: br0, select_src_port: tap2, output_port: mon1}"],
      ["{name: m2, bridge: br0, select_src_port: [tap2, \"vm*\"], output_port: mon0}"],
    ]
    let m0 = mirror(selections[number % selections.count] + outputs[number / 2 % 2])
    return profile(mirrors: [m0] + others[number % 3])
  }

  @Test("S35: a hundred changes of the profile lose and double nothing; counters go on")
  func changes() throws {
    try withSwitchLab(hosts: 2) { lab in
      let place = try Place(lab, Self.variant(0))
      var packets = 0
      for number in 1...100 {
        let repairs = place.service.repairs.count
        try place.service.profiles.put(Self.variant(number), as: "lab.yaml")
        try place.service.wait(for: "change \(number)", meanwhile: place.stream.pass) {
          place.service.repairs.count > repairs
        }
        guard number.isMultiple(of: 20) else { continue }
        let now = try MirrorCommand(in: lab.sw).status("m0").packets
        #expect(now >= packets && now <= Int(place.stream.sent), "change \(number)")
        packets = now
      }
      try place.expectAll("in the end")
    }
  }
}
