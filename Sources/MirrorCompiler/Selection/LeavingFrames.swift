import NetworkTypes
import TrafficControl

/// What is left to copy where frames leave a bridge by a port, for each way they can have come in by.
///
/// A frame was copied already if a source has selected it where it came in; a frame to a group that leaves by several selected
/// ports is copied at the first of them.
struct LeavingFrames {
  let tap: Tap
  /// All taps with the tap's destination.
  let group: [Place: [Tap]]
  let crossings: Crossings

  struct Place: Hashable {
    var port: Port
    var side: Side
  }

  /// What becomes of the frames from one port.
  private struct Case {
    var way: Crossings.Way
    /// Frames to one receiver.
    var single: HookProgram.Verdict
    /// Frames that are certain to be flooded.
    var flooded: HookProgram.Verdict
  }

  /// `nil`: nothing is left to copy.
  func program() throws(Finding) -> HookProgram? {
    guard let own = crossings.way(tap.port) else { return nil }
    var cases: [Case] = []
    var known: [VLANSet] = [tap.vlans]
    let earlier = crossings.ways(before: tap.port)
    for way in crossings.ways where way.port != tap.port {
      var relevant = way.vlans.intersection(own.vlans)
      if case .vlan(_, let id) = tap.target.destination { relevant.remove(id) }
      guard !tap.vlans.isDisjoint(with: relevant) else { continue }
      let sources = taps(at: way, .source).filter(precedes).map { ($0, $0.vlans) }
      let single = try verdict(from: way, relevant, copied: sources, &known)
      var flooded = single
      if single != .skip {
        let others = earlier.flatMap { other in
          let vlans = crossings.certain(from: way, by: other, if: own)
          return taps(at: other, .destination).filter(precedes).map { ($0, $0.vlans.intersection(vlans)) }
        }
        flooded = try verdict(from: way, relevant, copied: sources + others, &known)
      }
      cases.append(Case(way: way, single: single, flooded: flooded))
    }
    guard cases.contains(where: { $0.single != .skip || $0.flooded != .skip }) else { return nil }
    return tap.port.role == .local ? try alike(cases) : HookProgram(tap, decisions: decisions(cases))
  }

  /// What a mirror copies that asks for less is copied here as well, for it may be a part of the frames only.
  private func precedes(_ other: Tap) -> Bool { other.fullness <= tap.fullness }

  private func taps(at way: Crossings.Way, _ side: Side) -> [Tap] { group[Place(port: way.port, side: side)] ?? [] }

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
    let single = host?.single ?? Self.mostFrequent(cases.map(\.single))
    let flooded = host?.flooded ?? Self.mostFrequent(cases.map(\.flooded))
    var decisions: [HookProgram.Decision] = []
    func decide(_ device: String?, _ destination: FlowerMatch.Destination?, _ verdict: HookProgram.Verdict) {
      decisions.append(.init(match: FlowerMatch(inputDevice: device, destination: destination), verdict: verdict))
    }
    for entry in cases where entry.way.port.role != .local {
      let name = entry.way.port.name
      if entry.single != single { decide(name, nil, entry.single) }
      let otherwise = entry.single != single ? entry.single : flooded
      if entry.flooded != otherwise { decide(name, crossings.flooded, entry.flooded) }
    }
    let tellsDevices = !decisions.isEmpty
    if flooded != single { decide(nil, crossings.flooded, flooded) }
    guard single != .skip || decisions.contains(where: { $0.match.inputDevice == nil }) else { return decisions }
    // Nothing is ever bridged from lo: this keeps the mask of the input device ahead of those without.
    if tellsDevices { decide("lo", nil, .skip) }
    if single != .skip { decide(nil, nil, single) }
    return decisions
  }

  private static func mostFrequent(_ verdicts: [HookProgram.Verdict]) -> HookProgram.Verdict {
    var counts: [HookProgram.Verdict: Int] = [:]
    for verdict in verdicts { counts[verdict, default: 0] += 1 }
    let most = counts.values.max()
    return verdicts.first { counts[$0] == most } ?? .skip
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
