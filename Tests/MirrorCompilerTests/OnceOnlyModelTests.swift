import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@testable import MirrorCompiler

@Suite("S8-S11: copies of frames that cross a bridge, against a direct reading of the rules")
struct OnceOnlyModelTests {
  static let seeds = Array(UInt64(1)...200)

  private static let tags: [Frame.Tag?] = [
    nil, Frame.Tag(0, priority: 5), Frame.Tag(1), Frame.Tag(10, priority: 3), Frame.Tag(20), Frame.Tag(111),
  ]

  /// Every way of a known unicast frame across the bridge, and into it only.
  private func crossings(_ oracle: CopyOracle) -> [CopyOracle.Crossing] {
    oracle.openPorts.flatMap { ingress in
      Self.tags.flatMap { tag -> [CopyOracle.Crossing] in
        var frame = Frame.ethernet(payload: [UInt8](repeating: 0x45, count: 46))
        frame.tag = tag
        let vlan = oracle.model.vlan(of: frame, at: ingress)
        let isAdmitted = oracle.model.admits(vlan, at: ingress)
        let ways = oracle.openPorts.filter { isAdmitted && $0 != ingress && oracle.model.admits(vlan, at: $0) }
        return ([[]] + ways.map { [$0] }).map { .init(frame: frame, ingress: ingress, egress: $0) }
      }
    }
  }

  @Test(
    "S1, S8-S11, S21, S25, S26, S34: each destination gets one copy of what is selected and none of the rest",
    arguments: seeds)
  func counts(seed: UInt64) throws {
    var random = RandomHost(seed: seed)
    let host = random.host()
    let profiles = random.profiles(on: host)
    let result: Convergence
    do { result = try Convergence(profiles, on: host) } catch let error as CompilationError {
      #expect(error.findings.allSatisfy(Self.isExpected))
      return
    }
    #expect(try result.rest(profiles).steps.map(\.summary) == [], "S34: applying again sends nothing")
    let oracle = CopyOracle(profiles, on: host)
    let count = CopyCount(oracle, result.kernel)
    var wrong: [String] = []
    for crossing in crossings(oracle) {
      let expected = Dictionary(uniqueKeysWithValues: oracle.places(of: crossing).map { ($0, 1) })
      let found = count.places(of: crossing)
      if found != expected { wrong.append(Self.explain(crossing, found, expected)) }
    }
    guard let first = wrong.first else { return }
    let texts = profiles.flatMap(\.mirrors).map(ProfileEncoder.encode)
    Issue.record("\(wrong.count) crossings: \(first); \(texts); \(Self.describe(host))")
  }

  @Test("Most profiles can be compiled")
  func coverage() {
    let compiled = Self.seeds.filter { seed in
      var random = RandomHost(seed: seed)
      let host = random.host()
      return (try? MirrorCompiler(random.profiles(on: host), on: host).compile()) != nil
    }
    #expect(compiled.count * 2 > Self.seeds.count, "\(compiled.count) of \(Self.seeds.count)")
  }

  /// What may keep a random profile from being compiled.
  private static func isExpected(_ finding: Finding) -> Bool {
    finding.kind == .unsupportedYet || finding.message.contains("come back to its sources")
  }

  private static func describe(_ host: HostSnapshot) -> String {
    let model = SwitchModel(host, bridge: "br0")
    guard model.isAware else { return "unaware" }
    return model.ports.map { port in
      let membership = model.membership(of: port)
      return "\(port) \(membership.untagged) / \(membership.tagged)"
    }.joined(separator: "; ")
  }

  private static func explain(
    _ crossing: CopyOracle.Crossing, _ found: [CopyOracle.Place: Int], _ expected: [CopyOracle.Place: Int]
  ) -> String {
    "\(crossing.ingress) -> \(crossing.egress) \(crossing.frame.tag.map { "\($0)" } ?? "untagged"): \(found), not \(expected)"
  }
}
