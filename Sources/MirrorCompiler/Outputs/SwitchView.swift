import MirrorModel
import NetworkTypes
import TrafficControl

/// `view: switch`: gives each copy the tag of its classified VLAN, and takes it off again where the output port sends that
/// VLAN untagged.
///
/// The VLAN of a frame without a tag depends on where it was copied, so there is a stage for each such VLAN and exit.
struct SwitchView {
  private let workshop: Workshop
  private let isAware: Bool
  /// VLANs whose tags the output port does not send.
  private let taken: VLANSet

  /// - Parameter output: the port that copies leave by; `nil` for those that add headers or tags of their own.
  /// - Returns: `nil` for a mirror that shows copies as they are on the wire.
  init?(workshop: Workshop, mirror: PortMirror, output: Interface?) {
    guard mirror.view == .switch, let bridge = mirror.bridge else { return nil }
    self.workshop = workshop
    isAware = workshop.snapshot.interfaces[bridge]?.bridge?.awareness == .aware
    taken = output.map { Self.vlansTakenOff(by: $0, workshop.snapshot) } ?? .empty
  }

  /// All VLANs for an access port, which has no tagged ones; none for a port that is not of a VLAN-aware bridge.
  private static func vlansTakenOff(by output: Interface, _ snapshot: HostSnapshot) -> VLANSet {
    guard let master = output.master, snapshot.interfaces[master]?.bridge?.awareness == .aware,
      let membership = output.bridgePort?.membership
    else { return .empty }
    return membership.tagged.isEmpty && !membership.untagged.isEmpty ? .all : membership.untagged
  }

  /// The VLAN of frames that have no tag at a hook; `nil`: there are none that count.
  func hiddenVLAN(at tap: Tap) throws(Finding) -> UInt16? {
    switch tap.classification {
    case .asOnWire: return nil
    case .entering(let pvid): return pvid
    case .leaving(let untagged):
      guard untagged.count <= 1 else {
        throw Finding(
          owner: workshop.owner, kind: .refused,
          message:
            "\(tap.port.name) sends VLANs \(untagged) untagged, so the VLAN of a frame that leaves there cannot be told: "
            + "give the port one untagged VLAN (bridge vlan add … untagged) or select it as a source")
      }
      return untagged.ids.first
    }
  }

  /// Whether copies of frames whose VLAN no tag shows have to be changed at all.
  func changes(_ hiddenVLAN: UInt16) -> Bool { !isAware || hiddenVLAN != 0 || !taken.isEmpty }

  /// The filters of a stage.
  ///
  /// - Parameters:
  ///   - hiddenVLAN: what ``hiddenVLAN(at:)`` says, 0 for none.
  ///   - role: of the stage's first action.
  func edits(_ hiddenVLAN: UInt16, role: UInt32) -> [StageFilter] {
    guard isAware else { return emptyTags() }
    var filters: [StageFilter] = []
    if hiddenVLAN != 0 {
      let push = workshop.action(role, .vlan(.push(id: hiddenVLAN, tagProtocol: .dot1Q)), .continue)
      let modify = workshop.action(role + 1, .vlan(.modify(id: hiddenVLAN, tagProtocol: .dot1Q)), .continue)
      filters += filter(
        .init(tagged: .empty, untagged: true, priorityTagged: false, serviceTags: .countAsUntagged), push)
      filters += filter(.init(tagged: .empty, untagged: false, priorityTagged: true, serviceTags: .areTags), modify)
    }
    guard !taken.isEmpty else { return filters }
    let pop = workshop.action(Role.pop, .vlan(.pop), .continue)
    return filters
      + filter(.init(tagged: taken, untagged: false, priorityTagged: false, serviceTags: .countAsUntagged), pop)
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
