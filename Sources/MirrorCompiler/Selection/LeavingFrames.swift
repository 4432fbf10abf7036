import NetworkTypes
import TrafficControl

/// What is left to copy where frames leave a bridge by a port, for each way they can have come in by.
///
/// A frame was copied already if a source has selected it where it came in; a frame to a group that leaves by several selected
/// ports is copied at the first of them.
struct LeavingFrames {
  let tap: Tap
  /// Of all that has the tap's destination.
  let ways: WayClasses

  /// What becomes of the frames from some ports.
  private struct Case {
    /// One that stands for all.
    var way: Crossings.Way
    /// In ``Crossings/ways``.
    var positions: [Int]
    /// Frames to one receiver.
    var single: HookProgram.Verdict
    /// Frames that are certain to be flooded.
    var flooded: HookProgram.Verdict
  }

  /// `nil`: nothing is left to copy.
  func program() throws(Finding) -> HookProgram? {
    guard let position = ways.crossings.position(of: tap.port) else { return nil }
    let own = ways.crossings.ways[position]
    var cases: [Case] = []
    var known: [VLANSet] = [tap.vlans]
    for entry in ways.classes {
      var relevant = entry.way.vlans.intersection(own.vlans)
      if case .vlan(_, let id) = tap.target.destination { relevant.remove(id) }
      guard !tap.vlans.isDisjoint(with: relevant) else { continue }
      let sources = entry.sources.filter(precedes).map { ($0, $0.vlans) }
      for positions in parts(of: entry, at: position) {
        let single = try verdict(from: entry.way, relevant, copied: sources, &known)
        var flooded = single
        if single != .skip {
          let others = copies(before: position, of: positions[0], entry.way, own)
          flooded = try verdict(from: entry.way, relevant, copied: sources + others, &known)
        }
        cases.append(
          Case(way: ways.crossings.ways[positions[0]], positions: positions, single: single, flooded: flooded))
      }
    }
    guard cases.contains(where: { $0.single != .skip || $0.flooded != .skip }) else { return nil }
    cases.sort { $0.positions[0] < $1.positions[0] }
    return tap.port.role == .local ? try alike(cases) : HookProgram(tap, decisions: decisions(cases))
  }

  /// The ports of a class but the tap's own; where just one of them comes before that, it stands apart, for nothing of its class takes
  /// care of its frames before the tap.
  private func parts(of entry: WayClasses.Class, at position: Int) -> [[Int]] {
    let count = entry.count(before: position)
    let rest = entry.positions.dropFirst(count).filter { $0 != position }
    let parts = count == 1 ? [[entry.positions[0]], rest] : [entry.positions.prefix(count) + rest]
    return parts.filter { !$0.isEmpty }
  }

  /// What is copied of flooded frames from one port where they leave by others before the tap.
  private func copies(
    before position: Int, of ingress: Int, _ way: Crossings.Way, _ own: Crossings.Way
  ) -> [(tap: Tap, vlans: VLANSet)] {
    ways.classes.flatMap { other -> [(tap: Tap, vlans: VLANSet)] in
      let count = other.count(before: position)
      guard !other.destinations.isEmpty, count > (count == 1 && other.positions[0] == ingress ? 1 : 0) else {
        return []
      }
      let vlans = ways.crossings.certain(from: way, by: other.way, if: own)
      return other.destinations.filter(precedes).map { ($0, $0.vlans.intersection(vlans)) }
    }
  }

  /// What a mirror copies that asks for less is copied here as well, for it may be a part of the frames only.
  private func precedes(_ other: Tap) -> Bool { other.fullness <= tap.fullness }

  /// - Parameters:
  ///   - relevant: VLANs in which frames can come from there and leave here.
  ///   - copied: taps that have copied frames from there already, each with the VLANs it has.
  ///   - known: sets of VLANs that filters tell already; one of them is taken where it makes no difference.
  private func verdict(
    from way: Crossings.Way, _ relevant: VLANSet, copied: [(tap: Tap, vlans: VLANSet)], _ known: inout [VLANSet]
  ) throws(Finding) -> HookProgram.Verdict {
    let done = copied.filter { $0.tap.covers(tap) }.reduce(VLANSet.empty) { $0.union($1.vlans) }
    let rest = tap.vlans.subtracting(done)
    let needed = rest.intersection(relevant)
    guard !needed.isEmpty else { return .skip }
    let fitting = known.filter { $0.intersection(relevant) == needed }
    let candidates = fitting + [rest, rest.union(VLANSet.all.subtracting(relevant)), needed]
    guard let vlans = candidates.first(where: { tap.frames(of: $0) != nil }), var frames = tap.frames(of: vlans) else {
      throw tap.hiddenVLAN
    }
    if !known.contains(vlans) { known.append(vlans) }
    for (other, vlans) in copied where !other.covers(tap) && !vlans.isDisjoint(with: needed) {
      let candidates = [vlans, vlans.union(VLANSet.all.subtracting(relevant)), vlans.intersection(relevant)]
      guard let tags = candidates.lazy.compactMap(tap.classification.tags).first else { throw tap.hiddenVLAN }
      frames.excluded.append(FrameMatch(tags: tags, expression: other.expression))
    }
    return .copy(frames, exit: tap.target.exit(from: way.port.name))
  }

  /// What the host sends shows no input device, so that its case is the one for frames without a decision of their own.
  private func decisions(_ cases: [Case]) -> [HookProgram.Decision] {
    let host = cases.first { $0.way.port.role == .local }
    let single = host?.single ?? Self.mostFrequent(cases, \.single)
    let flooded = host?.flooded ?? Self.mostFrequent(cases, \.flooded)
    var decisions: [HookProgram.Decision] = []
    func decide(_ device: String?, _ destination: FlowerMatch.Destination?, _ verdict: HookProgram.Verdict) {
      decisions.append(.init(match: FlowerMatch(inputDevice: device, destination: destination), verdict: verdict))
    }
    for entry in cases where entry.way.port.role != .local {
      let otherwise = entry.single != single ? entry.single : flooded
      guard entry.single != single || entry.flooded != otherwise else { continue }
      for name in entry.positions.map({ ways.crossings.ways[$0].port.name }) {
        if entry.single != single { decide(name, nil, entry.single) }
        if entry.flooded != otherwise { decide(name, ways.crossings.flooded, entry.flooded) }
      }
    }
    let tellsDevices = !decisions.isEmpty
    if flooded != single { decide(nil, ways.crossings.flooded, flooded) }
    guard single != .skip || decisions.contains(where: { $0.match.inputDevice == nil }) else { return decisions }
    // Nothing is ever bridged from lo: this keeps the mask of the input device ahead of those without.
    if tellsDevices { decide("lo", nil, .skip) }
    if single != .skip { decide(nil, nil, single) }
    return decisions
  }

  private static func mostFrequent(
    _ cases: [Case], _ verdict: (Case) -> HookProgram.Verdict
  ) -> HookProgram.Verdict {
    var counts: [HookProgram.Verdict: Int] = [:]
    for entry in cases { counts[verdict(entry), default: 0] += entry.positions.count }
    let most = counts.values.max()
    return cases.map(verdict).first { counts[$0] == most } ?? .skip
  }

  /// What the bridge device receives no longer shows the port that it came in by.
  private func alike(_ cases: [Case]) throws(Finding) -> HookProgram {
    if let first = cases.first, cases.allSatisfy({ $0.single == first.single }) {
      return HookProgram(tap, first.single)
    }
    let bridge = tap.port.name
    let reflected = cases.map(\.way.port.name).filter { tap.target.exitByIngress[$0] != nil }
    let copied = cases.filter { $0.single == .skip }.map(\.way.port.name)
    guard copied.isEmpty, let port = reflected.first else {
      throw Finding(
        owner: tap.owner, kind: .refused,
        message:
          "what \(bridge) receives comes from ports whose frames are copied already and from others, which cannot be told "
          + "apart there: select all other ports of \(bridge) as sources, or none, with the same select_vlan and filter"
      )
    }
    throw Finding(
      owner: tap.owner, kind: .refused,
      message:
        "copies of frames from \(port) to \(bridge) would go back to \(port), because the port they came in by cannot be "
        + "told there: select \(port) as a source too, or allow it with 'reflect: true'")
  }
}
