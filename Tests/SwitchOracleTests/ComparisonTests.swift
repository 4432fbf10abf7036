import SwitchOracle
import Testing

@Suite("Comparison of two switches")
struct ComparisonTests {
  private static let plain = Arrival(tags: [])
  private static let tagged = Arrival(tags: [FrameTag(10)])

  private static func scenario(
    _ mirror: ScenarioMirror, frame: ScenarioFrame = ScenarioFrame(from: "p1", to: .unknown)
  ) -> Scenario {
    Scenario(
      kind: .vlanAware, modes: ["p1": .access(10), "p2": .trunk([10]), "p3": .trunk([10, 20]), "p4": .trunk([20])],
      mirrors: [mirror], frames: [frame])
  }

  private static func outcome(_ arrivals: [(String, [Arrival])]) -> Outcome {
    var outcome = Outcome()
    for (port, list) in arrivals { for arrival in list { outcome.add(arrival, of: 0, at: port) } }
    return outcome
  }

  private static func compare(
    _ scenario: Scenario, at port: String, openVSwitch: [Arrival], linux: [Arrival]
  ) -> Comparison {
    Comparison(scenario, openVSwitch: outcome([(port, openVSwitch)]), linux: outcome([(port, linux)]))
  }

  private static let span = ScenarioMirror("m0", .ports(source: ["p1"], destination: []), output: .port("p5"))

  @Test("finds a frame that is missing, doubled, tagged otherwise or damaged", arguments: [0, 1, 2, 3])
  func differences(index: Int) {
    let wrong = [
      [], [Self.tagged, Self.tagged], [Arrival(tags: [FrameTag(10, priority: 5)])],
      [Arrival(tags: [FrameTag(10)], damage: "was changed")],
    ][index]
    let comparison = Self.compare(Self.scenario(Self.span), at: "p5", openVSwitch: [Self.tagged], linux: wrong)
    #expect(comparison.differences.map(\.port) == ["p5"])
  }

  @Test("finds a copy that Open vSwitch does not make")
  func surplus() {
    let comparison = Self.compare(Self.scenario(Self.span), at: "p4", openVSwitch: [], linux: [Self.tagged])
    #expect(comparison.differences.map(\.port) == ["p4"])
  }

  @Test("takes no notice of the order")
  func order() {
    let comparison = Self.compare(
      Self.scenario(Self.span), at: "p5", openVSwitch: [Self.tagged, Self.plain], linux: [Self.plain, Self.tagged])
    #expect(comparison.differences.isEmpty)
    #expect(comparison.excused.isEmpty)
  }

  @Test("S12: excuses a copy for each port of unknown unicast, up to the number of ports")
  func unknownUnicast() {
    let mirror = ScenarioMirror("m0", .ports(source: [], destination: ["p2", "p3"]), output: .port("p5"))
    let scenario = Self.scenario(mirror)
    func judge(_ count: Int) -> Comparison {
      Self.compare(
        scenario, at: "p5", openVSwitch: [Self.tagged], linux: [Arrival](repeating: Self.tagged, count: count))
    }
    #expect(judge(2).excused == ["copyForEachDestinationPort": 1])
    #expect(judge(3).differences.count == 1)
    #expect(judge(0).differences.count == 1)
    let known = Self.scenario(mirror, frame: ScenarioFrame(from: "p1", to: .station("p2", wire: 10)))
    let comparison = Self.compare(known, at: "p5", openVSwitch: [Self.tagged], linux: [Self.tagged, Self.tagged])
    #expect(comparison.differences.count == 1)
  }

  @Test("S26: excuses a missing reflection, at the frame's own port only")
  func reflection() {
    let mirror = ScenarioMirror("m0", .ports(source: ["p3"], destination: []), output: .vlan(20, reflection: .none))
    let copy = Arrival(tags: [FrameTag(20)])
    let scenario = Self.scenario(mirror, frame: ScenarioFrame(from: "p3", tags: [FrameTag(10)], to: .broadcast))
    #expect(Self.compare(scenario, at: "p3", openVSwitch: [copy], linux: []).excused == ["reflection": 1])
    #expect(Self.compare(scenario, at: "p3", openVSwitch: [], linux: [copy]).differences.count == 1)
    #expect(Self.compare(scenario, at: "p4", openVSwitch: [copy], linux: []).differences.count == 1)
  }

  @Test("S8: excuses a copy that Open vSwitch takes to be in the output VLAN already")
  func copyInOutputVLAN() {
    let copy = Arrival(tags: [FrameTag(20)])
    func judge(exit: PortMode, openVSwitch: [Arrival], linux: [Arrival]) -> Comparison {
      var scenario = Self.scenario(
        ScenarioMirror("m0", .everyPort, output: .port("p5")), frame: ScenarioFrame(from: "p1", to: .broadcast))
      scenario.mirrors.append(ScenarioMirror("m1", .everyPort, output: .vlan(20, reflection: .asOpenVSwitch)))
      scenario.modes["p5"] = exit
      return Self.compare(scenario, at: "p4", openVSwitch: openVSwitch, linux: linux)
    }
    #expect(judge(exit: .access(20), openVSwitch: [], linux: [copy]).excused == ["frameOfCopyInOutputVLAN": 1])
    #expect(judge(exit: .access(20), openVSwitch: [], linux: [copy, copy]).differences.count == 1)
    #expect(judge(exit: .access(20), openVSwitch: [Self.tagged], linux: [copy, copy]).differences.count == 1)
    #expect(judge(exit: .access(10), openVSwitch: [], linux: [copy]).differences.count == 1)
    #expect(judge(exit: .trunk([20]), openVSwitch: [], linux: [copy]).differences.count == 1)
  }

  @Test("S8, S12: excuses a copy for each port also where Open vSwitch copies a copy instead")
  func copyOfCopyOfUnknownUnicast() {
    var scenario = Self.scenario(
      ScenarioMirror("m0", .ports(source: ["p1"], destination: []), output: .vlan(20, reflection: .asOpenVSwitch)))
    scenario.mirrors.append(
      ScenarioMirror("m1", .ports(source: [], destination: ["p2", "p3"]), output: .port("p5")))
    func judge(_ scenario: Scenario, _ count: Int) -> Comparison {
      Self.compare(
        scenario, at: "p5", openVSwitch: [Arrival(tags: [FrameTag(20)])],
        linux: [Arrival](repeating: Self.tagged, count: count))
    }
    #expect(judge(scenario, 2).excused == ["copyOfCopy": 1])
    #expect(judge(scenario, 3).differences.count == 1)
    scenario.frames = [ScenarioFrame(from: "p1", to: .station("p2", wire: 10))]
    #expect(judge(scenario, 1).excused == ["copyOfCopy": 1])
    #expect(judge(scenario, 2).differences.count == 1)
  }

  @Test("S14, S24: excuses the type of an empty tag in a copy into a VLAN, on a plain bridge only")
  func emptyServiceTag() {
    func judge(_ kind: Scenario.Kind, tag: FrameTag, copy: FrameTag) -> Comparison {
      let mirror = ScenarioMirror("m0", .everyPort, output: .vlan(20, reflection: .asOpenVSwitch))
      let scenario = Scenario(
        kind: kind, modes: ["p4": .trunk([20])], mirrors: [mirror],
        frames: [ScenarioFrame(from: "p1", tags: [tag], to: .broadcast)])
      return Self.compare(
        scenario, at: "p4", openVSwitch: [Arrival(tags: [FrameTag(20)])], linux: [Arrival(tags: [copy])])
    }
    let (empty, copy) = (FrameTag(0, kind: .service), FrameTag(20, kind: .service))
    #expect(judge(.plain, tag: empty, copy: copy).excused == ["emptyTagOnPlainBridge": 1])
    #expect(judge(.plain, tag: FrameTag(10, kind: .service), copy: copy).differences.count == 1)
    #expect(judge(.plain, tag: empty, copy: FrameTag(30, kind: .service)).differences.count == 1)
    #expect(judge(.vlanAware, tag: empty, copy: copy).differences.count == 1)
  }

  @Test("knows refusals by mirrorctl's words")
  func refusals() {
    #expect(Refusal("mirror m0: copies of frames from p1 to br0 would go back to p1") == .hiddenReflection)
    #expect(Refusal("mirror m0: p1 does not exist") == nil)
  }
}
