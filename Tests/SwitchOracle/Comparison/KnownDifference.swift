/// What mirrorctl does otherwise than Open vSwitch on purpose, each with its rule, and where the bridges themselves differ.
public enum KnownDifference: String, CaseIterable, Sendable {
  /// S12: a frame that leaves by several selected ports is one copy in Open vSwitch. Where it leaves Linux by different ports
  /// they do not know of each other, and there may be a copy for each where the frame's address is unknown. In a flooded VLAN
  /// (S27) all addresses are.
  case copyForEachDestinationPort
  /// S14: of such a frame Open vSwitch copies what leaves by the first of its ports, in an order of its own; where one port
  /// takes the tag off and another does not, the copies differ in the priority.
  case priorityOfFirstDestinationPort
  /// S26: Open vSwitch sends copies into a VLAN also out of the port that the frame came in by.
  case reflection
  /// S26: the host is sent copies into a VLAN only as a member of it, which it cannot be on a plain bridge.
  case hostOfPlainBridge
  /// S8: Open vSwitch copies also what another mirror sends by a selected port, before the frame itself, which then is not copied
  /// again. Here a copy does not cross the switch. (S12 holds besides.)
  case copyOfCopy
  /// S8: nor does it here, but what the host receives does not show that it is a copy, so that it may be copied besides the frame.
  case copyOfCopyForHost
  /// S8: what another mirror sends by an access port of the output VLAN is in that VLAN already for Open vSwitch, which sends no
  /// copy of it, and none of the frame itself after that. Here the frame is copied.
  case frameOfCopyInOutputVLAN
  /// S15: ports that may not talk to each other do not keep a mirror from its output; in Open vSwitch they do.
  case copyBetweenIsolatedPorts
  /// Open vSwitch takes a tag without VLAN and priority off any frame that it forwards, Linux's plain bridge does not. Copies
  /// have no such tag in either (S14), but those into a VLAN keep the type of the tag that was there (S24).
  case emptyTagOnPlainBridge

  public func explains(_ difference: Difference, in scenario: Scenario) -> Bool {
    let frame = scenario.frames[difference.frame]
    let (theirs, ours) = (difference.openVSwitch, difference.linux)
    switch self {
    case .copyForEachDestinationPort:
      let limit = Self.selectedExits(of: frame, at: difference.port, in: scenario)
      return scenario.floodsUnicast(frame)
        && limit > 1 && ours.count > theirs.count
        && ours.count <= theirs.count * limit
        && Set(ours.map(\.withoutPriority)) == Set(theirs.map(\.withoutPriority))
    case .priorityOfFirstDestinationPort:
      return frame.destination.isFlooded && Self.selectedExits(of: frame, at: difference.port, in: scenario) > 1
        && ours.map(\.withoutPriority).sorted() == theirs.map(\.withoutPriority).sorted()
    case .reflection:
      return difference.port == frame.ingress && theirs.isSuperlist(of: ours)
        && scenario.mirrors.contains { $0.isSilentTowards(frame, in: scenario) }
    case .hostOfPlainBridge:
      let vlans = Set(scenario.mirrors.compactMap(\.outputVLAN))
      return scenario.kind == .plain && difference.port == Scenario.bridge
        && theirs.filter { !($0.tags.first.map { vlans.contains($0.vlan) } ?? false) }
          == ours.map { $0.withoutEmptyTag(if: frame) }
    case .copyOfCopy:
      let exits =
        scenario.floodsUnicast(frame) ? Self.selectedExits(of: frame, at: difference.port, in: scenario) : 1
      return ours.count <= theirs.count * max(1, exits) && scenario.hasCopiesOfCopies(at: difference.port)
    case .copyOfCopyForHost:
      return ours.count == theirs.count + 1 && ours.isSuperlist(of: theirs)
        && scenario.hasCopiesOfCopies(at: difference.port, sentBy: [Scenario.bridge])
    case .frameOfCopyInOutputVLAN:
      let exits = scenario.mirrorsIntoVLANOfCopies(at: difference.port).map(\.destinations.count)
      let missing = scenario.floodsUnicast(frame) ? exits.reduce(0, +) : exits.count
      return ours.count > theirs.count && ours.count <= theirs.count + missing && ours.isSuperlist(of: theirs)
    case .copyBetweenIsolatedPorts:
      return scenario.isolated.isSuperset(of: [difference.port, frame.ingress]) && theirs.isEmpty
    case .emptyTagOnPlainBridge:
      return scenario.kind == .plain && !scenario.reservedPorts.contains(difference.port)
        && ours.map { $0.withoutEmptyTag(if: frame).withUsualTag(if: frame, in: scenario) }.sorted() == theirs
    }
  }

  /// The greatest number of ports by which one mirror that sends copies to a port may see a frame leave.
  private static func selectedExits(of frame: ScenarioFrame, at port: String, in scenario: Scenario) -> Int {
    scenario.mirrors.filter { $0.reaches(port, in: scenario) }.reduce(0) { $0 + $1.destinations.count }
  }
}

extension Scenario {
  /// Whether a frame to one station leaves by every port of its VLAN.
  fileprivate func floodsUnicast(_ frame: ScenarioFrame) -> Bool {
    if frame.destination.isUnknownUnicast { return true }
    guard case .station = frame.destination else { return false }
    return admittedVLAN(of: frame).map(floodVLANs.contains) ?? false
  }

  /// Whether Open vSwitch may send copies to a port of what another mirror sends by a port that is selected.
  ///
  /// - Parameter exits: the ports by which the other mirror sends; `nil`: any.
  func hasCopiesOfCopies(at port: String, sentBy exits: Set<String>? = nil) -> Bool {
    mirrors.contains { mirror in
      mirror.reaches(port, in: self)
        && mirrors.contains { other in
          other.output != mirror.output && mirror.selects(vlan: other.outputVLAN)
            && mirror.destinations.contains { other.reaches($0, in: self) && exits?.contains($0) != false }
        }
    }
  }

  /// The mirrors that send copies to a port in a VLAN in which Open vSwitch takes other mirrors' copies to be.
  fileprivate func mirrorsIntoVLANOfCopies(at port: String) -> [ScenarioMirror] {
    mirrors.filter { mirror in
      guard let vlan = mirror.outputVLAN, mirror.reaches(port, in: self), mirror.selects(vlan: vlan) else {
        return false
      }
      return mirrors.contains { other in
        guard case .port(let exit) = other.output else { return false }
        return mode(of: exit) == .access(vlan) && mirror.destinations.contains(exit)
      }
    }
  }
}

extension ScenarioMirror {
  /// Whether copies can come out of a port.
  func reaches(_ port: String, in scenario: Scenario) -> Bool {
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

  /// The same without a tag that says nothing, if the frame came with one.
  func withoutEmptyTag(if frame: ScenarioFrame) -> Arrival {
    guard let tag = tags.first, tag.isEmpty, frame.tags.first == tag else { return self }
    return Arrival(tags: Array(tags.dropFirst()), damage: damage)
  }
}

extension Arrival {
  /// A copy into a VLAN with the type of tag that an untagged frame's has, if the frame came with an empty tag.
  fileprivate func withUsualTag(if frame: ScenarioFrame, in scenario: Scenario) -> Arrival {
    guard let empty = frame.tags.first, empty.isEmpty, let tag = tags.first, tag.kind == empty.kind,
      scenario.mirrors.contains(where: { $0.outputVLAN == tag.vlan })
    else { return self }
    var copy = self
    copy.tags[0].kind = .customer
    return copy
  }
}

extension [Arrival] {
  /// Whether all of a list's elements are in this one, at least as often.
  fileprivate func isSuperlist(of other: [Arrival]) -> Bool {
    Set(other).allSatisfy { element in other.count { $0 == element } <= count { $0 == element } }
  }
}
