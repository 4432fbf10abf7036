import MirrorModel
import NetworkTypes
import TrafficControl

/// `flood_vlans`: frames in these VLANs go to every other port that carries the VLAN, by tc and instead of the bridge, which
/// so neither learns from them nor looks their addresses up.
///
/// The filters come after those of other tools and of the mirrors, and only they end a frame's way.
struct FloodVLANs {
  let workshop: Workshop
  let settings: BridgeSettings
  let resolver: PortResolver
  let reserved: Set<String>

  private var snapshot: HostSnapshot { workshop.snapshot }

  /// What one VLAN needs at the ports that carry it.
  struct Result {
    var state = KernelState()
    var reasons: [String] = []
  }

  func compile(_ placement: inout FilterPlacement) throws(Finding) -> Result {
    var result = Result()
    guard let bridge = snapshot.interfaces[settings.name]?.bridge else {
      let exists = snapshot.interfaces[settings.name] != nil
      guard !exists else {
        throw Finding(owner: workshop.owner, kind: .refused, message: "\(settings.name) is not a bridge")
      }
      result.reasons.append("bridge \(settings.name) does not exist")
      return result
    }
    guard !settings.floodVLANs.isEmpty else { return result }
    for feature in [Feature.bpf, .gact, .vlan] { try workshop.require(feature, for: "flood_vlans") }
    guard settings.floodVLANs.count <= Self.maximumCount else {
      throw Finding(
        owner: workshop.owner, kind: .refused,
        message:
          "a bridge can have \(Self.maximumCount) flood_vlans at most; there are \(settings.floodVLANs.count)")
    }
    let carriersByVLAN = settings.floodVLANs.map(carriers(of:))
    let names = Set(carriersByVLAN.joined().map(\.port.name)).sorted()
    let sending = CarrierFilters(workshop: workshop, roles: workshop.roles(for: names, in: Role.carriers))
    var floods: [Flood] = []
    for (number, (vlan, carriers)) in zip(settings.floodVLANs, carriersByVLAN).enumerated() {
      let edits = Edits(workshop: workshop, vlan: vlan, type: bridge.tagProtocol, number: UInt32(number))
      let groups = try sending.groups(of: carriers)
      for (group, members) in groups.sorted(by: { $0.key < $1.key })
      where members.contains(where: { $0.port.role != .local }) {
        let others = groups.filter { $0.key != group }.flatMap(\.value)
        let stage = others.isEmpty ? nil : DeviceName.stage(slot: workshop.slot, UInt32(vlan) << 8 | group)
        floods.append(Flood(edits: edits, members: members, others: others, stage: stage))
      }
    }
    let stages = floods.compactMap(\.stage)
    if !stages.isEmpty { try workshop.require(.dummy, for: "flood_vlans to more than \(CarrierFilters.size) ports") }
    let entries = workshop.roles(for: stages, in: Role.stages, new: .free)
    for flood in floods {
      let entry = try addStage(of: flood, sending, entries, &result.state)
      for carrier in flood.members where carrier.port.role != .local {
        let pvid =
          bridge.awareness == .aware ? snapshot.interfaces[carrier.port.name]?.bridgePort?.membership.pvid : nil
        let others = try sending.actions(for: flood.members.filter { $0 != carrier })
        try add(
          from: carrier.port, isAccess: pvid == flood.edits.vlan, tagged: (others[.tagged] ?? []) + entry,
          untagged: others[.untagged] ?? [], flood.edits, placement: &placement, &result.state)
      }
    }
    return result
  }

  /// Ports of a VLAN that send to each other by their own filters, and to all others by one stage.
  private struct Flood {
    var edits: Edits
    var members: [Carrier]
    var others: [Carrier]
    var stage: String?
  }

  /// - Returns: the action that sends frames with the tag of the VLAN to the stage; none without one.
  private func addStage(
    of flood: Flood, _ sending: CarrierFilters, _ entries: [String: UInt32], _ state: inout KernelState
  ) throws(Finding) -> [Action] {
    guard let stage = flood.stage else { return [] }
    guard let role = entries[stage] else {
      throw Finding(
        owner: workshop.owner, kind: .refused,
        message:
          "flood_vlans takes \(entries.count) stages at most, one for each \(CarrierFilters.size) ports of a VLAN")
    }
    state.insert(Device(name: stage, kind: .dummy, alias: workshop.alias))
    state.addStage(HookPoint(stage, .egress), try sending.filters(for: flood.others, after: nil))
    return [workshop.action(role, .mirred(Mirred(.mirror, to: stage)), .pipe)]
  }

  /// Two roles each, from the first stage's role on.
  private static let maximumCount = 1024

  private func carriers(of vlan: UInt16) -> [Carrier] {
    Carrier.all(of: settings.name, vlan: vlan, in: snapshot, resolver: resolver)
      .filter { !reserved.contains($0.port.name) }
  }

  /// The changes of the tag on the way from one kind of port to another.
  private struct Edits {
    let toTagged: Action
    let fromPriority: Action
    let toUntagged: Action
    let end: Action
    let vlan: UInt16
    /// Of the tags.
    let type: EtherType

    init(workshop: Workshop, vlan: UInt16, type: EtherType, number: UInt32) {
      self.vlan = vlan
      self.type = type
      let base = Role.stages.lowerBound + number * 2
      toTagged = workshop.action(base, .vlan(.push(id: vlan, tagProtocol: type)), .pipe)
      fromPriority = workshop.action(base + 1, .vlan(.modify(id: vlan, tagProtocol: type)), .pipe)
      toUntagged = workshop.action(Role.pop, .vlan(.pop), .pipe)
      end = workshop.action(Role.drop, .gact, .drop)
    }
  }

  private func add(
    from port: Port, isAccess: Bool, tagged: [Action], untagged: [Action], _ edits: Edits,
    placement: inout FilterPlacement, _ state: inout KernelState
  ) throws(Finding) {
    if let reason = snapshot.interfaces[port.name]?.sharedBlockReason(at: .ingress) {
      throw Finding(owner: workshop.owner, kind: .refused, message: "flood_vlans: " + reason)
    }
    let tail = (untagged.isEmpty ? [] : [edits.toUntagged]) + untagged + [edits.end]
    var chains: [(FrameMatch.Tags, [Action])] = [
      (
        .init(tagged: VLANSet([edits.vlan]), untagged: false, priorityTagged: false, protocols: .only(edits.type)),
        tagged + tail
      )
    ]
    if isAccess {
      let nobody = VLANSet.empty
      let retag = tagged.isEmpty ? [] : [edits.toTagged] + tagged
      chains.append(
        (
          .init(tagged: nobody, untagged: true, priorityTagged: false, protocols: .only(edits.type)),
          untagged + retag + [edits.end]
        ))
      chains.append(
        (
          .init(tagged: nobody, untagged: false, priorityTagged: true, protocols: .only(edits.type)),
          [edits.fromPriority] + tagged + tail
        ))
    }
    for (tags, actions) in chains {
      guard let program = FrameMatch(tags: tags).flooded else {
        throw tooLong(owner: workshop.owner, place: port.name)
      }
      for action in actions { state.insert(action) }
      let point = port.point(.source)
      let preference = placement.latePreference(at: point, program: program, ending: edits.end.key)
      state.insert(
        Filter(
          key: FilterKey(point, preference: preference, handle: 1), classifier: .bpf(program),
          actions: actions.map(\.key)))
    }
  }
}
