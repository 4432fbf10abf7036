import MirrorModel
import NetworkTypes
import TrafficControl

/// One enabled or disabled mirror on its way through the compiler.
struct MirrorUnit {
  var owner: Owner
  /// Of the mirror's profile.
  var keeper = Profile.Keeper.command
  var mirror: PortMirror
  var workshop: Workshop
  /// The selected ports, each with its side.
  var selected: [(port: Port, side: Side)] = []
  /// Of the selected ports those hooks where a tcx program makes the copies.
  var programPoints: Set<HookPoint> = []
  /// Whether there would be more of them if the kernel had such programs.
  var wantsPrograms = false
  var selectionReasons: [String] = []
  var assembly = Assembly()
  /// What `filter` compiles to.
  var expression: BPFProgram?
  /// Why only its record is wanted.
  var suspension: String?

  var isEnabled: Bool { mirror.administrativeState == .enabled && suspension == nil }

  /// Tells of what keeps it from copying, each thing once though it may be so on both sides of a port.
  mutating func add(reasons: [String]) {
    for reason in reasons where !selectionReasons.contains(reason) { selectionReasons.append(reason) }
  }

  /// Whether copies leave by ports of the bridge that they were made on.
  var sendsIntoItsBridge: Bool {
    guard isEnabled, mirror.bridge != nil, case .vlan = mirror.output else { return false }
    return true
  }

  /// Where the mirror copies, and what.
  func taps(in snapshot: HostSnapshot, flooded: [String: VLANSet]) -> [Tap] {
    guard isEnabled else { return [] }
    return selected.flatMap { port, side in
      let classification = VLANClassification(port, side, in: snapshot, flooded: flooded)
      let vlans = wantedVLANs(at: port, side, classification, in: snapshot)
      return assembly.targets.map { target in
        var target = target
        if side == .source {
          // Where a frame enters, the port itself is the one it comes in by.
          target = Target(destination: target.destination, exit: target.exit(from: port.name))
        }
        return Tap(
          owner: owner, port: port, side: side, vlans: vlans, classification: classification,
          linkHeader: snapshot.interfaces[port.name]?.linkHeader ?? .ethernet, excludedTunnel: assembly.excludedTunnel,
          expression: expression, fullness: Fullness(mirror), target: target)
      }
    }
  }

  /// `view: switch` takes what the port admits, an RSPAN mirror leaves out its own VLAN where the tag does not show it.
  private func wantedVLANs(
    at port: Port, _ side: Side, _ classification: VLANClassification, in snapshot: HostSnapshot
  ) -> VLANSet {
    var vlans = mirror.selection.vlans ?? .all
    if mirror.view == .switch, classification != .asOnWire {
      let membership =
        port.role == .local
        ? snapshot.interfaces[port.name]?.bridge?.membership
        : snapshot.interfaces[port.name]?.bridgePort?.membership
      vlans = vlans.intersection(membership?.all ?? .empty)
    }
    if case .vlan(let output) = mirror.output, classification.hides(output.id) { vlans.remove(output.id) }
    return vlans
  }
}

extension VLANClassification {
  /// Whether frames of the VLAN can be without a tag at the hook.
  fileprivate func hides(_ vlan: UInt16) -> Bool {
    switch self {
    case .asOnWire: false
    case .entering(let pvid, _): pvid == vlan
    case .leaving(let untagged, _, _, _): untagged.contains(vlan)
    }
  }
}
