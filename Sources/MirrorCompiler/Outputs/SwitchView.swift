import MirrorModel
import NetworkTypes
import TrafficControl

/// `view: switch`: gives each copy the tag of its classified VLAN, and takes it off again where the output port sends that
/// VLAN untagged.
///
/// The VLAN of a frame without a tag depends on where it was copied, so there is a stage for each such VLAN and exit.
struct SwitchView {
  private let workshop: Workshop
  /// The bridge, if it is VLAN-aware.
  private let bridge: Bridge?
  /// Tags that the output port does not send.
  private let taken: FrameMatch.Tags?

  /// - Parameter output: the port that copies leave by; `nil` for those that add headers or tags of their own.
  /// - Returns: `nil` for a mirror that shows copies as they are on the wire.
  init?(workshop: Workshop, mirror: PortMirror, output: Interface?) {
    guard mirror.view == .switch, let bridge = mirror.bridge else { return nil }
    self.workshop = workshop
    self.bridge = Self.awareBridge(bridge, workshop.snapshot)
    taken = output.flatMap { Self.tagsTakenOff(by: $0, workshop.snapshot) }
  }

  private static func awareBridge(_ name: String, _ snapshot: HostSnapshot) -> Bridge? {
    snapshot.interfaces[name]?.bridge.flatMap { $0.awareness == .aware ? $0 : nil }
  }

  /// Those of all VLANs for an access port, which has no tagged ones; none for a port that is not of a VLAN-aware bridge.
  private static func tagsTakenOff(by output: Interface, _ snapshot: HostSnapshot) -> FrameMatch.Tags? {
    guard let bridge = output.master.flatMap({ awareBridge($0, snapshot) }),
      let membership = output.bridgePort?.membership, !membership.untagged.isEmpty
    else { return nil }
    return .init(
      tagged: membership.tagged.isEmpty ? .all : membership.untagged, untagged: false, priorityTagged: false,
      protocols: .only(bridge.tagProtocol))
  }

  /// Frames whose classified VLAN no tag shows.
  struct Unmarked: Hashable {
    var vlan: UInt16
    var tagless: FrameMatch.Tags
    var prioritized: FrameMatch.Tags
  }

  /// The frames at a hook that are to be given a tag; `nil`: there are none that count.
  func unmarked(at tap: Tap) throws(Finding) -> Unmarked? {
    let vlan: UInt16?
    switch tap.classification {
    case .asOnWire: return nil
    case .entering(let pvid, _): vlan = pvid
    case .leaving(let untagged, _, _, _):
      guard untagged.count <= 1 else {
        throw Finding(
          owner: workshop.owner, kind: .refused,
          message:
            "\(tap.port.name) sends VLANs \(untagged) untagged, so the VLAN of a frame that leaves there cannot be told: "
            + "give the port one untagged VLAN (bridge vlan add … untagged) or select it as a source")
      }
      vlan = untagged.ids.first
    }
    let frames = tap.classification.unmarked
    return vlan.map { Unmarked(vlan: $0, tagless: frames.tagless, prioritized: frames.prioritized) }
  }

  /// Whether copies have to be changed at all.
  func changes(_ unmarked: Unmarked?) -> Bool { bridge == nil || unmarked != nil || taken != nil }

  /// The filters of a stage.
  ///
  /// - Parameter role: of the stage's first action.
  func edits(_ unmarked: Unmarked?, role: UInt32) -> [StageFilter] {
    guard let bridge else { return emptyTags() }
    var filters: [StageFilter] = []
    if let unmarked {
      let (vlan, type) = (unmarked.vlan, bridge.tagProtocol)
      let push = workshop.action(role, .vlan(.push(id: vlan, tagProtocol: type)), .continue)
      let modify = workshop.action(role + 1, .vlan(.modify(id: vlan, tagProtocol: type)), .continue)
      filters += filter(unmarked.tagless, push)
      if !unmarked.prioritized.isNothing { filters += filter(unmarked.prioritized, modify) }
    }
    guard let taken else { return filters }
    return filters + filter(taken, workshop.action(Role.pop, .vlan(.pop), .continue))
  }

  /// A tag that says nothing, neither VLAN nor priority, is taken off.
  private func emptyTags() -> [StageFilter] {
    guard let program = FrameMatch.emptyTag else { return [] }
    return [StageFilter(classifier: .bpf(program), actions: [workshop.action(Role.pop, .vlan(.pop), .continue)])]
  }

  private func filter(_ tags: FrameMatch.Tags, _ action: Action) -> [StageFilter] {
    FrameMatch(tags: tags).program.map { [StageFilter(classifier: .bpf($0), actions: [action])] } ?? []
  }
}
