import NetworkTypes
import TrafficControl

/// Leaves of the taps just what makes one copy of a frame per destination as it crosses a bridge.
///
/// A frame is copied where it enters if any mirror selects it there; where it leaves, only frames that nobody copied before
/// are left. Among mirrors with one destination the first in order copies.
struct OnceOnly {
  /// The ports of each bridge that frames can come in by, with the VLANs that the bridge takes from them: all ports but the
  /// reserved ones.
  var feeders: [String: [Port: VLANSet]]

  /// - Throws: a finding where it takes a filter that looks at both the VLAN and the ingress port.
  func programs(for taps: [Tap]) throws(Finding) -> [HookProgram] {
    var programs: [HookProgram] = []
    for destination in Set(taps.map(\.target.destination)).sorted() {
      let group = taps.filter { $0.target.destination == destination }
      let sources = withoutOverlap(group.filter { $0.side == .source })
      programs += sources.map { HookProgram(tap: $0, ingress: .any) }
      for tap in withoutOverlap(group.filter { $0.side == .destination }) {
        guard let ingress = try ingress(for: tap, sources: group.filter { $0.side == .source }) else { continue }
        programs.append(HookProgram(tap: tap, ingress: ingress))
      }
    }
    return programs
  }

  /// Takes from each tap what earlier ones at the same hook copy to the same destination.
  private func withoutOverlap(_ taps: [Tap]) -> [Tap] {
    var earlier: [HookPoint: [Tap]] = [:]
    return taps.compactMap { tap in
      var rest = tap
      for other in earlier[tap.point] ?? [] {
        let isComparable = other.classification == tap.classification
        if isComparable && other.vlans.isDisjoint(with: rest.vlans) { continue }
        if other.vlans == .all && other.covers(tap) { return nil }
        if isComparable && other.covers(tap) {
          rest.vlans = rest.vlans.subtracting(other.vlans)
        } else if let frames = other.classification.tags(of: other.vlans) {
          rest.excluded.append(FrameMatch(tags: frames, expression: other.expression))
        }
      }
      earlier[tap.point, default: []].append(tap)
      return rest.vlans.isEmpty || rest.frames?.tags.isNothing == true ? nil : rest
    }
  }

  /// From which ports a frame that leaves still has to be copied; `nil`: from none.
  private func ingress(for tap: Tap, sources: [Tap]) throws(Finding) -> HookProgram.Ingress? {
    guard let bridge = tap.port.bridge, let ways = feeders[bridge] else { return .any }
    var done: Set<Port> = []
    var open: Set<Port> = []
    for (way, admitted) in ways where way != tap.port {
      var needed = tap.vlans.intersection(admitted)
      if case .vlan(_, let id) = tap.target.destination { needed.remove(id) }
      let entering = sources.filter { $0.port == way && !$0.vlans.isDisjoint(with: needed) }
      let copied = entering.filter { $0.covers(tap) }.reduce(VLANSet.empty) { $0.union($1.vlans) }
      if needed.isEmpty {
        continue
      } else if needed.isSubset(of: copied) {
        done.insert(way)
      } else if entering.isEmpty {
        open.insert(way)
      } else {
        throw Finding(
          owner: tap.owner, kind: .unsupportedYet,
          message:
            "some of the frames from \(way.name) to \(tap.port.name) are copied as they enter; to tell which is not "
            + "supported yet: give both sides the same select_vlan and filter")
      }
    }
    if open.isEmpty { return nil }
    try checkReflection(tap, from: open)
    if done.isEmpty { return .any }
    guard tap.port.role != .local else {
      throw Finding(
        owner: tap.owner, kind: .unsupportedYet,
        message:
          "what \(tap.port.name) receives comes from ports that are copied already and from others, which cannot be "
          + "told apart there; that is not supported yet: select all other ports of \(bridge) as sources, or none")
    }
    guard done.contains(where: { $0.role == .local }) else { return .anyBut(Set(done.map(\.name))) }
    return .only(Set(open.map(\.name)))
  }

  /// What the bridge device receives no longer shows the port that it came in by, and what the host sends never shows one.
  private func checkReflection(_ tap: Tap, from open: Set<Port>) throws(Finding) {
    let hidden = open.filter { $0.role == .local || tap.port.role == .local }
    guard let way = hidden.map(\.name).sorted().first(where: { tap.target.copyByIngress[$0] != nil }) else { return }
    throw Finding(
      owner: tap.owner, kind: .unsupportedYet,
      message:
        "copies of frames from \(way) to \(tap.port.name) would go back to \(way), because the port they came in by "
        + "cannot be told there; that is not supported yet: select \(way) as a source too, or allow it with "
        + "'reflect: true'")
  }
}

extension Tap {
  /// Whether this tap copies all frames of its VLANs that the other one would.
  fileprivate func covers(_ other: Tap) -> Bool { expression == nil || expression == other.expression }
}
