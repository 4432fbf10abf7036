extension ScenarioGenerator {
  mutating func mirrors(in scenario: Scenario) -> [ScenarioMirror] {
    let count = pick([1, 1, 1, 2, 2, 3])
    var mirrors: [ScenarioMirror] = []
    for number in 0..<count {
      let output = output(besides: mirrors.map(\.output))
      mirrors.append(
        ScenarioMirror("m\(number)", scope(without: output), vlans: selectedVLANs(in: scenario), output: output))
    }
    return mirrors
  }

  private mutating func output(besides others: [ScenarioMirror.Output]) -> ScenarioMirror.Output {
    if !others.isEmpty, random.happens(oneIn: 2) { return pick(others) }
    if random.happens(oneIn: 3) {
      return .vlan(pick([111, 111, 20]), reflection: random.happens(oneIn: 4) ? .none : .asOpenVSwitch)
    }
    return .port(pick(Scenario.members))
  }

  /// A mirror's output is not listed among its own ports: profiles refuse that.
  private mutating func scope(without output: ScenarioMirror.Output) -> ScenarioMirror.Scope {
    if random.happens(oneIn: 4) { return .everyPort }
    if random.happens(oneIn: 25) { return .ports(source: [], destination: []) }
    let ports = Scenario.portNames.filter { output != .port($0) }
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return .ports(source: subset(of: ports, upTo: 3), destination: [])
    case 1: return .ports(source: [], destination: subset(of: ports, upTo: 3))
    default: return .ports(source: subset(of: ports, upTo: 3), destination: subset(of: ports, upTo: 3))
    }
  }

  private mutating func selectedVLANs(in scenario: Scenario) -> [UInt16] {
    guard random.happens(oneIn: 2) else { return [] }
    let choice = Self.vlans + [Self.strangeVLAN] + (scenario.kind == .plain ? [0] : [])
    return subset(of: choice, upTo: 3).sorted()
  }
}
