import TestSupport

/// Makes scenarios: the same seed gives the same scenario.
public struct ScenarioGenerator {
  /// The VLANs that ports are members of, and one that none is.
  static let vlans: [UInt16] = [10, 20, 30, 111]
  static let strangeVLAN: UInt16 = 99

  var random: SeededGenerator

  public init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  public mutating func scenario() -> Scenario {
    var scenario = topology()
    scenario.mirrors = mirrors(in: scenario)
    if random.happens(oneIn: 6), scenario.kind == .vlanAware { scenario.floodVLANs = [pick(Self.vlans)] }
    scenario.frames = (0..<12).compactMap { _ in frame(in: scenario) }
    return scenario
  }

  private mutating func topology() -> Scenario {
    var scenario = Scenario(kind: random.happens(oneIn: 4) ? .plain : .vlanAware, modes: [:], mirrors: [], frames: [])
    scenario.controlFrames = random.happens(oneIn: 3) ? .kept : .forwarded
    if scenario.kind == .vlanAware {
      for name in Scenario.portNames { scenario.modes[name] = portMode() }
    }
    if random.happens(oneIn: 5) { scenario.isolated = Set(subset(of: Scenario.members, upTo: 3)) }
    return scenario
  }

  private mutating func portMode() -> PortMode {
    let own = pick(Self.vlans)
    let trunks = subset(of: Self.vlans, upTo: Self.vlans.count).filter { $0 != own }
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<4: return .access(own)
    case 4..<7: return .trunk((trunks + [own]).sorted())
    case 7: return .nativeTagged(own, trunks: trunks)
    case 8: return .nativeUntagged(own, trunks: trunks)
    default: return .trunk(Self.vlans)
    }
  }

  mutating func pick<Element>(_ list: [Element]) -> Element {
    list[Int.random(in: list.indices, using: &random)]
  }

  /// At least one element, in the order of the list.
  mutating func subset<Element>(of list: [Element], upTo count: Int) -> [Element] {
    let wanted = Int.random(in: 1...min(count, list.count), using: &random)
    let chosen = list.indices.shuffled(using: &random).prefix(wanted)
    return list.indices.filter { chosen.contains($0) }.map { list[$0] }
  }
}
