import MirrorModel
import NetworkTypes
import TrafficControl

/// `view: switch`: the stages that give each copy the tag of its classified VLAN, and take it off again where the output port
/// sends that VLAN untagged.
///
/// The VLAN of a frame without a tag depends on where it was copied, so there is a stage for each such VLAN and output.
struct SwitchView {
  let workshop: Workshop
  let bridge: String
  let selected: [(port: Port, side: Side)]

  private var snapshot: HostSnapshot { workshop.snapshot }
  private var isAware: Bool { snapshot.interfaces[bridge]?.bridge?.awareness == .aware }

  /// One output with the role of its first action.
  struct Place: Hashable {
    var output: Interface
    var role: UInt32
    /// The action that sends a copy on its way; all stages of the output share it.
    var delivery: Action
  }

  /// Adds the stages for all outputs and the targets of all selected ports.
  func add(_ places: [Place], skip: ActionKey, to assembly: inout Assembly) throws(Finding) {
    for feature in [Feature.dummy, .vlan, .matchall, .bpf] { try workshop.require(feature, for: "view: switch") }
    var hidden: [UInt16?] = []
    for (port, side) in selected { hidden.append(try hiddenVLAN(port, side)) }
    let distinct = Set(hidden.map { $0 ?? 0 }).sorted()
    let names = places.flatMap { place in distinct.map { name(place, $0) } }
    let roles = workshop.roles(for: names, in: Role.stages, stride: 2)
    for place in places {
      for vlan in distinct {
        guard let role = roles[name(place, vlan)] else {
          throw Finding(owner: workshop.owner, kind: .refused, message: "it takes more stages than one mirror can have")
        }
        addStage(place, vlan, role: role, to: &assembly)
      }
      for ((port, side), vlan) in zip(selected, hidden) {
        let base = roles[name(place, vlan ?? 0)] ?? 0
        let offset: UInt32 = port.point(side).hook == .ingress ? 0 : 1
        let copy = ActionKey(.mirred, ActionIndex.object(slot: workshop.slot, role: base + offset))
        assembly.targetsByTap[Assembly.TapPlace(port: port.name, side: side), default: []].append(
          Target(destination: .device(place.output.name), copy: copy, skip: skip))
      }
    }
  }

  private func name(_ place: Place, _ vlan: UInt16) -> String {
    workshop.deviceName("s", place.role << 12 | UInt32(vlan))
  }

  /// The VLAN of frames that have no tag at a hook; `nil`: there are none that count.
  private func hiddenVLAN(_ port: Port, _ side: Side) throws(Finding) -> UInt16? {
    switch VLANClassification(port, side, in: snapshot) {
    case .asOnWire: return nil
    case .entering(let pvid): return pvid
    case .leaving(let untagged):
      guard untagged.count <= 1 else {
        throw Finding(
          owner: workshop.owner, kind: .refused,
          message:
            "\(port.name) sends VLANs \(untagged) untagged, so the VLAN of a frame that leaves there cannot be told: "
            + "give the port one untagged VLAN (bridge vlan add … untagged) or select it as a source")
      }
      return untagged.ids.first
    }
  }

  private func addStage(_ place: Place, _ vlan: UInt16, role: UInt32, to assembly: inout Assembly) {
    let name = name(place, vlan)
    assembly.state.insert(Device(name: name, kind: .dummy, alias: workshop.alias))
    for offset: UInt32 in [0, 1] {
      assembly.candidates.append(workshop.action(role + offset, .mirred(Mirred(.mirror, to: name)), .continue))
    }
    let edits = isAware ? classifiedTags(vlan, role, place.output) : emptyTags()
    assembly.addStage(HookPoint(name, .egress), edits + [(.all, .matchall, [place.delivery])])
  }

  private typealias StageFilter = (EtherType, Classifier, [Action])

  private func classifiedTags(_ vlan: UInt16, _ role: UInt32, _ output: Interface) -> [StageFilter] {
    var filters: [StageFilter] = []
    if vlan != 0 {
      let push = workshop.action(role, .vlan(.push(id: vlan, tagProtocol: .dot1Q)), .continue)
      let modify = workshop.action(role + 1, .vlan(.modify(id: vlan, tagProtocol: .dot1Q)), .continue)
      filters += filter(
        .init(tagged: .empty, untagged: true, priorityTagged: false, serviceTags: .countAsUntagged), push)
      filters += filter(.init(tagged: .empty, untagged: false, priorityTagged: true, serviceTags: .areTags), modify)
    }
    let taken = vlansTakenOff(by: output)
    guard !taken.isEmpty else { return filters }
    let pop = workshop.action(Role.pop, .vlan(.pop), .continue)
    return filters
      + filter(.init(tagged: taken, untagged: false, priorityTagged: false, serviceTags: .countAsUntagged), pop)
  }

  /// All VLANs for an access port, which has no tagged ones; none for a port that is not of a VLAN-aware bridge.
  private func vlansTakenOff(by output: Interface) -> VLANSet {
    guard let master = output.master, snapshot.interfaces[master]?.bridge?.awareness == .aware,
      let membership = output.bridgePort?.membership
    else { return .empty }
    return membership.tagged.isEmpty && !membership.untagged.isEmpty ? .all : membership.untagged
  }

  /// A tag that says nothing, neither VLAN nor priority, is taken off.
  private func emptyTags() -> [StageFilter] {
    guard let program = FrameMatch.emptyTag else { return [] }
    return [(.all, .bpf(program), [workshop.action(Role.pop, .vlan(.pop), .continue)])]
  }

  private func filter(_ tags: FrameMatch.Tags, _ action: Action) -> [StageFilter] {
    FrameMatch(tags: tags).program.map { [(.all, .bpf($0), [action])] } ?? []
  }
}
