extension ScenarioGenerator {
  /// A frame that both kinds of switch treat alike while nothing is mirrored; `nil` where the dice gave another one.
  mutating func frame(in scenario: Scenario) -> ScenarioFrame? {
    let reserved = scenario.reservedPorts
    let open = scenario.usedPorts.filter { !reserved.contains($0) }
    let ingress = open.isEmpty || random.happens(oneIn: 12) ? pick(scenario.usedPorts) : pick(open)
    var frame = ScenarioFrame(
      from: ingress, tags: tags(in: scenario), to: .broadcast, payloadLength: pick([46, 46, 60, 200, 1400]))
    frame.destination = destination(of: frame, in: scenario)
    return FrameRestriction.allCases.contains { $0.excludes(frame, in: scenario) } ? nil : frame
  }

  private mutating func tags(in scenario: Scenario) -> [FrameTag] {
    let kind: FrameTag.Kind = scenario.kind == .plain && random.happens(oneIn: 6) ? .service : .customer
    let priority: UInt8 = random.happens(oneIn: 2) ? 0 : pick([1, 5, 7])
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<6: return []
    case 6..<14: return [FrameTag(pick(Self.vlans), priority: priority, kind: kind)]
    case 14..<17: return [FrameTag(0, priority: priority, kind: kind)]
    case 17: return [FrameTag(Self.strangeVLAN, priority: priority, kind: kind)]
    default:
      return [FrameTag(pick(Self.vlans), priority: priority, kind: kind), FrameTag(pick(Self.vlans), priority: 2)]
    }
  }

  private mutating func destination(of frame: ScenarioFrame, in scenario: Scenario) -> ScenarioFrame.Destination {
    switch Int.random(in: 0..<20, using: &random) {
    case 0..<5: return .broadcast
    case 5..<7: return .multicast
    case 7..<10: return .unknown
    case 10..<12: return .control(controlAddress(in: scenario))
    default: return station(for: frame, in: scenario) ?? .unknown
    }
  }

  private mutating func controlAddress(in scenario: Scenario) -> ControlAddress {
    if random.happens(oneIn: 4) { return pick(ControlAddress.ordinary) }
    return pick(scenario.controlFrames == .kept ? ControlAddress.kept : ControlAddress.forwardable)
  }

  /// A station in the frame's VLAN, where there is one.
  private mutating func station(for frame: ScenarioFrame, in scenario: Scenario) -> ScenarioFrame.Destination? {
    guard let vlan = scenario.admittedVLAN(of: frame) else { return nil }
    let reserved = scenario.reservedPorts
    let stations = scenario.usedPorts.filter { !reserved.contains($0) }.compactMap { port in
      scenario.mode(of: port).wireVLAN(for: vlan).map { ScenarioFrame.Destination.station(port, wire: $0) }
    }
    return stations.isEmpty ? nil : pick(stations)
  }
}
