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
    let roles = workshop.roles(for: names, in: Role.carriers)
    for (number, (vlan, carriers)) in zip(settings.floodVLANs, carriersByVLAN).enumerated() {
      let edits = Edits(workshop: workshop, vlan: vlan, number: UInt32(number))
      for carrier in carriers where carrier.port.role != .local {
        let others = carriers.filter { $0.port != carrier.port }
        let pvid =
          bridge.awareness == .aware ? snapshot.interfaces[carrier.port.name]?.bridgePort?.membership.pvid : nil
        try add(
          from: carrier.port, isAccess: pvid == vlan, to: others, roles, edits, placement: &placement, &result.state)
      }
    }
    return result
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

    init(workshop: Workshop, vlan: UInt16, number: UInt32) {
      self.vlan = vlan
      let base = Role.stages.lowerBound + number * 2
      toTagged = workshop.action(base, .vlan(.push(id: vlan, tagProtocol: .dot1Q)), .pipe)
      fromPriority = workshop.action(base + 1, .vlan(.modify(id: vlan, tagProtocol: .dot1Q)), .pipe)
      toUntagged = workshop.action(Role.pop, .vlan(.pop), .pipe)
      end = workshop.action(Role.drop, .gact, .drop)
    }
  }

  private func add(
    from port: Port, isAccess: Bool, to others: [Carrier], _ roles: [String: UInt32], _ edits: Edits,
    placement: inout FilterPlacement, _ state: inout KernelState
  ) throws(Finding) {
    if let reason = snapshot.interfaces[port.name]?.sharedBlockReason(at: .ingress) {
      throw Finding(owner: workshop.owner, kind: .refused, message: "flood_vlans: " + reason)
    }
    let tagged = try deliveries(to: others, .tagged, roles)
    let untagged = try deliveries(to: others, .untagged, roles)
    let tail = (untagged.isEmpty ? [] : [edits.toUntagged]) + untagged + [edits.end]
    var chains: [(FrameMatch.Tags, [Action])] = [
      (
        .init(tagged: VLANSet([edits.vlan]), untagged: false, priorityTagged: false, serviceTags: .countAsUntagged),
        tagged + tail
      )
    ]
    if isAccess {
      let nobody = VLANSet.empty
      let retag = tagged.isEmpty ? [] : [edits.toTagged] + tagged
      chains.append(
        (
          .init(tagged: nobody, untagged: true, priorityTagged: false, serviceTags: .countAsUntagged),
          untagged + retag + [edits.end]
        ))
      chains.append(
        (
          .init(tagged: nobody, untagged: false, priorityTagged: true, serviceTags: .countAsUntagged),
          [edits.fromPriority] + tagged + tail
        ))
    }
    for (tags, actions) in chains {
      guard actions.count <= 32, let program = FrameMatch(tags: tags).flooded else {
        throw Finding(
          owner: workshop.owner, kind: .refused,
          message: "flood_vlans reaches 28 ports besides the one a frame came in by; VLAN \(edits.vlan) has "
            + "\(others.count)")
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

  private func deliveries(
    to carriers: [Carrier], _ tagging: Carrier.Tagging, _ roles: [String: UInt32]
  ) throws(Finding) -> [Action] {
    var actions: [Action] = []
    for carrier in carriers where carrier.tagging == tagging {
      guard let role = roles[carrier.port.name] else {
        throw Finding(owner: workshop.owner, kind: .refused, message: "a VLAN can be sent to 3072 ports at most")
      }
      actions.append(workshop.action(role, .mirred(carrier.mirred), .pipe))
    }
    return actions
  }
}
