import SwitchOracle
import TestSupport
import Testing

/// mirrorctl against Open vSwitch: the same switch, mirrors and frames twice; S1, S2, S3, S8 to S12, S14, S21, S23 to S27.
@Suite("Open vSwitch as the oracle", .fullKernel)
struct OracleTests {
  @Test("S21: access ports, one mirror from a port to another")
  func simple() throws {
    let scenario = Scenario(
      kind: .vlanAware, modes: ["p1": .access(10), "p2": .trunk([10, 20]), "p3": .trunk([10, 20])],
      mirrors: [ScenarioMirror("m0", .ports(source: ["p1"], destination: []), output: .port("p3"))],
      frames: [
        ScenarioFrame(from: "p1", to: .broadcast), ScenarioFrame(from: "p2", tags: [FrameTag(10)], to: .broadcast),
        ScenarioFrame(from: "p2", tags: [FrameTag(20)], to: .broadcast),
      ])
    try withTopology { topology in
      let oracle = try Oracle(topology)
      guard case .compared(let comparison, let theirs, _) = try oracle.judge(scenario) else {
        Issue.record("was not compared")
        return
      }
      #expect(comparison.differences.map(\.summary) == [])
      #expect(theirs.arrivals(of: 0, at: "p3") == [Arrival(tags: [FrameTag(10)])])
      #expect(theirs.arrivals(of: 0, at: "p2") == [Arrival(tags: [FrameTag(10)])])
    }
  }

  @Test("Generated switches, mirrors and frames")
  func generated() throws {
    try judge(count: 100, .written)
  }

  @Test("Generated mirrors as they are imported")
  func imported() throws {
    try judge(count: 10, .imported)
  }

  private func judge(count: Int, _ source: Oracle.ProfileSource) throws {
    var failuresLeft = 3
    var tally = Tally()
    try withTopology { topology in
      let oracle = try Oracle(topology, profile: source)
      for seed in TestSeed.seeds(count, from: 1_000_003) where failuresLeft > 0 {
        var generator = ScenarioGenerator(seed: seed)
        let scenario = generator.scenario()
        let verdict = try oracle.judge(scenario)
        switch verdict {
        case .refused(let reason): tally.count(reason)
        case .fault: break
        case .compared(let comparison, let theirs, _): tally.count(scenario, comparison, arrivals: theirs.count)
        }
        guard verdict.isFailure else { continue }
        failuresLeft -= 1
        let text = try oracle.failure(of: scenario, verdict: verdict, attempts: 80)
        Issue.record("\(TestSeed.variable)=\(seed):\n\(text)")
      }
    }
    print(tally)
    for reason in Refusal.allCases {
      #expect(
        tally.refused[reason, default: 0] * 100 <= max(tally.all, 100) * reason.greatestShare,
        "too many refusals because: … \(reason.rawValue)")
    }
  }
}
