/// What mirrorctl does otherwise than Open vSwitch on purpose, each with its rule, and where the bridges themselves differ.
public enum KnownDifference: String, CaseIterable, Sendable {
  /// S12: a frame that leaves by several selected ports is one copy in Open vSwitch. Copies of it that leave Linux by different
  /// ports do not know of each other, and there may be one for each port where the frame's address is unknown.
  case copyForEachDestinationPort
  /// S14: of such a frame Open vSwitch copies what leaves by the first of its ports, in an order of its own; where one port
  /// takes the tag off and another does not, the copies differ in the priority.
  case priorityOfFirstDestinationPort
  /// S26: Open vSwitch sends copies into a VLAN also out of the port that the frame came in by.
  case reflection
  /// Open vSwitch takes a tag without VLAN and priority off any frame that it forwards, Linux's plain bridge does not. Copies
  /// have no such tag in either (S14).
  case emptyTagOnPlainBridge
  /// S13: `view: wire` copies also what the switch refuses.
  case refusedFrameOnTheWire

  public func explains(_ difference: Difference, in scenario: Scenario) -> Bool {
    let frame = scenario.frames[difference.frame]
    let (theirs, ours) = (difference.openVSwitch, difference.linux)
    switch self {
    case .copyForEachDestinationPort:
      let limit = Self.selectedExits(of: frame, at: difference.port, in: scenario)
      return frame.destination == .unknown && limit > 1 && ours.count > theirs.count
        && ours.count <= theirs.count * limit
        && Set(ours.map(\.withoutPriority)) == Set(theirs.map(\.withoutPriority))
    case .priorityOfFirstDestinationPort:
      return frame.destination.isFlooded && Self.selectedExits(of: frame, at: difference.port, in: scenario) > 1
        && ours.map(\.withoutPriority).sorted() == theirs.map(\.withoutPriority).sorted()
    case .reflection:
      return difference.port == frame.ingress && !ours.contains { !theirs.contains($0) } && ours.count < theirs.count
        && scenario.mirrors.contains { $0.isSilentTowards(frame, in: scenario) }
    case .emptyTagOnPlainBridge:
      return scenario.kind == .plain && !scenario.reservedPorts.contains(difference.port)
        && frame.tags.first == FrameTag(0) && ours.map(\.withoutEmptyTag).sorted() == theirs
    case .refusedFrameOnTheWire:
      return ProfileText.remoteView == "wire" && scenario.admittedVLAN(of: frame) == nil && theirs.isEmpty
        && scenario.mirrors.contains { $0.outputVLAN.map(scenario.mode(of: difference.port).carries) ?? false }
    }
  }

  /// The greatest number of ports by which one mirror that sends copies to a port may see a frame leave.
  private static func selectedExits(of frame: ScenarioFrame, at port: String, in scenario: Scenario) -> Int {
    scenario.mirrors.filter { $0.reaches(port, in: scenario) }.reduce(0) { $0 + $1.destinations.count }
  }
}

extension ScenarioMirror {
  /// Whether copies can come out of a port.
  fileprivate func reaches(_ port: String, in scenario: Scenario) -> Bool {
    switch output {
    case .port(let name): name == port
    case .vlan(let id, _): scenario.mode(of: port).carries(id)
    }
  }

  fileprivate func isSilentTowards(_ frame: ScenarioFrame, in scenario: Scenario) -> Bool {
    guard case .vlan(let id, .none) = output else { return false }
    return scenario.mode(of: frame.ingress).carries(id)
  }
}

extension Arrival {
  fileprivate var withoutPriority: Arrival {
    var copy = self
    if let tag = tags.first { copy.tags[0] = FrameTag(tag.vlan, kind: tag.kind) }
    return copy
  }

  fileprivate var withoutEmptyTag: Arrival {
    tags.first == FrameTag(0) ? Arrival(tags: Array(tags.dropFirst()), damage: damage) : self
  }
}
