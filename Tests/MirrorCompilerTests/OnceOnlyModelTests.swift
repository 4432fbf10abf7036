import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@testable import MirrorCompiler

@Suite("S8-S12: copies of frames that cross a bridge, against a direct reading of the rules")
struct OnceOnlyModelTests {
  static let seeds = TestSeed.seeds(100)

  /// Those of the bridge, and one or two that are none to it.
  private static func tags(_ model: SwitchModel) -> [Frame.Tag?] {
    let type = model.tagProtocol
    let other = type == .dot1Q ? [Frame.Tag(10, tagProtocol: .dot1AD)] : [Frame.Tag(10), Frame.Tag(111)]
    let own: [(vlan: UInt16, priority: UInt16)] = [(0, 5), (1, 0), (10, 3), (20, 0), (111, 0)]
    return [nil] + own.map { Frame.Tag($0.vlan, priority: $0.priority, tagProtocol: type) } + other
  }

  /// Every way of a known unicast frame across the bridge, and into it only; and of a flooded one.
  private func crossings(_ oracle: CopyOracle) -> [CopyOracle.Crossing] {
    oracle.openPorts.flatMap { ingress in
      Self.tags(oracle.model).flatMap { tag -> [CopyOracle.Crossing] in
        [UInt8(6), 17].flatMap { proto -> [CopyOracle.Crossing] in
          let inner = proto == 6 && tag?.vlan == 10 ? [Frame.Tag(20, tagProtocol: oracle.model.tagProtocol)] : []
          var frame = Frame.ethernet(tagsInData: inner, payload: [UInt8](repeating: proto, count: 46))
          frame.tag = tag
          let vlan = oracle.model.vlan(of: frame, at: ingress)
          let isAdmitted = oracle.model.admits(vlan, at: ingress)
          let ways = oracle.openPorts.filter { isAdmitted && $0 != ingress && oracle.model.admits(vlan, at: $0) }
          let known = ways.filter { !oracle.model.areIsolated(ingress, $0) }.map { [$0] }
          let single = ([[]] + known).map { CopyOracle.Crossing(frame: frame, ingress: ingress, egress: $0) }
          return single
            + Self.groups(oracle.model).map { address in
              var flooded = frame
              flooded.bytes.replaceSubrange(0..<6, with: address)
              let egress = ways.filter { oracle.model.floods(flooded, from: ingress, by: $0) }
              return .init(frame: flooded, ingress: ingress, egress: egress)
            }
        }
      }
    }
  }

  /// Addresses of frames that count once wherever they go; with snooping, a multicast frame may be copied at each port.
  private static func groups(_ model: SwitchModel) -> [[UInt8]] {
    let multicast: [UInt8] = [0x33, 0x33, 0, 0, 0, 1]
    return [[UInt8](repeating: 0xff, count: 6)] + (model.isSnooping ? [] : [multicast])
  }

  @Test(
    "S1, S6, S8-S12, S14, S21, S25, S26, S34, S45: each destination gets one copy of what is selected and none of the rest",
    arguments: seeds, [HookKind.clsact, .tcx])
  func counts(seed: UInt64, hook: HookKind) throws {
    var random = RandomHost(seed: seed)
    let host = random.host()
    var profiles = random.profiles(on: host)
    for index in profiles.indices {
      for mirror in profiles[index].mirrors.indices { profiles[index].mirrors[mirror].hook = hook }
    }
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
      return (try? MirrorCompiler(random.profiles(on: host), on: host, expressions: CopyOracle.programs).compile())
        != nil
    }
    #expect(compiled.count * 2 > Self.seeds.count, "\(compiled.count) of \(Self.seeds.count)")
  }

  /// What may keep a random profile from being compiled.
  private static func isExpected(_ finding: Finding) -> Bool {
    ["come back to its sources", "cannot be told", "would go back", "two copies of a frame"]
      .contains(where: finding.message.contains)
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
