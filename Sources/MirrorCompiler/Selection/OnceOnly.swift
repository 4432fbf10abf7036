import NetworkTypes
import TrafficControl

/// Leaves of the taps just what makes one copy of a frame per destination as it crosses a bridge.
///
/// A frame is copied where it enters if any mirror selects it there; where it leaves, only frames that nobody copied before
/// are left. Among mirrors with one destination the first in order copies.
struct OnceOnly {
  /// The ports of each bridge that frames can come in by: all but the reserved ones.
  var feeders: [String: Set<Port>]

  /// - Throws: a finding where it takes a filter that looks at both the VLAN and the ingress port.
  func programs(for taps: [Tap]) throws(Finding) -> [HookProgram] {
    var programs: [HookProgram] = []
    for destination in Set(taps.map(\.target.destination)).sorted() {
      let group = taps.filter { $0.target.destination == destination }
      let sources = withoutOverlap(group.filter { $0.side == .source })
      programs += sources.map { HookProgram(tap: $0, ingress: .any) }
      let covered = coverage(of: sources)
      for tap in withoutOverlap(group.filter { $0.side == .destination }) {
        guard let ingress = try ingress(for: tap, covered: covered) else { continue }
        programs.append(HookProgram(tap: tap, ingress: ingress))
      }
    }
    return programs
  }

  /// Takes from each tap what an earlier one at the same hook copies to the same destination.
  private func withoutOverlap(_ taps: [Tap]) -> [Tap] {
    var seen: [HookPoint: VLANSet] = [:]
    return taps.compactMap { tap in
      let before = seen[tap.point] ?? .empty
      seen[tap.point] = before.union(tap.vlans)
      var rest = tap
      rest.vlans = tap.vlans.subtracting(before)
      return rest.vlans.isEmpty || rest.frames?.tags.isNothing == true ? nil : rest
    }
  }

  /// The VLANs of each bridge port that are copied when they come in.
  private func coverage(of sources: [Tap]) -> [Port: VLANSet] {
    sources.reduce(into: [:]) { $0[$1.port] = ($0[$1.port] ?? .empty).union($1.vlans) }
  }

  /// From which ports a frame that leaves still has to be copied; `nil`: from none.
  private func ingress(for tap: Tap, covered: [Port: VLANSet]) throws(Finding) -> HookProgram.Ingress? {
    guard let bridge = tap.port.bridge, let ways = feeders[bridge] else { return .any }
    let others = ways.subtracting([tap.port])
    var done: Set<Port> = []
    for way in others {
      let copied = (covered[way] ?? .empty).intersection(tap.vlans)
      if copied == tap.vlans {
        done.insert(way)
      } else if !copied.isEmpty {
        throw Finding(
          owner: tap.owner, kind: .unsupportedYet,
          message:
            "frames from \(way.name) to \(tap.port.name) are copied as they enter for some of the selected VLANs "
            + "only; that is not supported yet: select the same VLANs on both sides")
      }
    }
    let open = others.subtracting(done)
    if open.isEmpty { return nil }
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
}
