import MirrorModel
import NetworkTypes
import TrafficControl

extension MirrorCompiler {
  /// Joins what the mirrors and bridges need to one state, with filters, reservations, qdiscs and records.
  func link(
    _ units: [MirrorUnit], _ hooks: [HookFilters], _ slots: Slots
  ) throws(Finding) -> Compilation {
    var result = Compilation()
    result.current = snapshot.own
    result.current.bridgePorts = [:]
    let (sections, hooks) = (hooks.filter { $0.way == .program }, hooks.filter { $0.way == .filters })
    result.desired.filters.reserveCapacity(hooks.count)
    var lowering = HookLowering(snapshot, hooks)
    var bound: [ActionKey: OffloadPolicy] = [:]
    var reach = FilterReach(snapshot)
    for hook in hooks {
      for filter in try lowering.filters(for: hook) {
        result.desired.insert(filter)
        reach.add(filter, of: hook.owner)
        for action in filter.actions { bound[action] = filter.offloadOfActions }
      }
    }
    let copying = Set(result.desired.filters.keys)
    // They tell which devices are whose, and are there if filters take over.
    for key in sections.flatMap(\.decisions).map(\.action) where key.kind == .mirred && bound[key] == nil {
      bound[key] = .auto
    }
    let records = Records(in: snapshot.own)
    for unit in units {
      try add(unit, bound, records, to: &result)
      result.mirrors.append(report(unit, reach))
      result.wantsPrograms = result.wantsPrograms || unit.wantsPrograms
      if unit.mirror.mayGetPrograms, choice == .open {
        result.blindPoints.formUnion(reach.blindPoints(of: unit))
      }
    }
    if !snapshot.features.contains(.tcx), !result.blindPoints.isEmpty { result.wantsPrograms = true }
    try addPrograms(sections, to: &result)
    result.suspended = suspended
    for owner in owners { result.slots[owner] = slots[owner] }
    try addBridges(slots, records, &lowering.placement, to: &result)
    result.warnings += Reservations(snapshot, carrier: carrier).apply(
      to: Set(units.flatMap(\.assembly.reservedPorts)), &lowering.placement, desired: &result.desired,
      current: &result.current)
    IdleCounters(units, in: snapshot).stay(in: &result.desired)
    result.desired.filters = result.desired.filters.filter { !snapshot.leavesAlone($0.key.point.device) }
    addQdiscs(to: &result.desired)
    result.warnings += foreignWarnings(result.desired.filters.keys.filter { !copying.contains($0) })
    return result
  }

  /// - Parameter bound: the actions that filters at the selected ports bind, with the policy that they must have.
  private func add(
    _ unit: MirrorUnit, _ bound: [ActionKey: OffloadPolicy], _ records: Records, to result: inout Compilation
  ) throws(Finding) {
    try merge(unit.assembly.state, of: unit.owner, into: &result.desired)
    for var action in unit.assembly.candidates {
      let known = snapshot.own.actions[action.key].flatMap { $0.cookie == action.cookie ? $0 : nil }
      guard let policy = bound[action.key] ?? (action.cookie.isCounter ? known?.offload : nil) else { continue }
      action.offload = policy
      result.desired.insert(action)
    }
    let profile = Profile(name: unit.owner.profile, mirrors: [unit.mirror], keeper: unit.keeper)
    try remember(profile, owner: unit.owner, workshop: unit.workshop, beside: records, in: &result.desired)
    result.warnings += unit.assembly.warnings
  }

  /// Two mirrors may share a tunnel device; they must then agree about it.
  private func merge(_ part: KernelState, of owner: Owner, into state: inout KernelState) throws(Finding) {
    for device in part.devices.values {
      if let other = state.devices[device.name], other != device {
        throw Finding(
          owner: owner, kind: .refused,
          message: "another mirror has a tunnel with the same ends and key but other settings; make ttl and tos equal")
      }
    }
    for filter in part.filters.values {
      if let other = state.filters[filter.key], other != filter {
        throw Finding(
          owner: owner, kind: .refused,
          message: "another mirror has a tunnel with the same ends and key but another mark; make them equal")
      }
    }
    state.merge(part)
  }

  private func remember(
    _ profile: Profile, owner: Owner, workshop: Workshop, beside records: Records, in state: inout KernelState
  ) throws(Finding) {
    let text = Record.text(of: profile)
    if let size = Record.excess(of: text) {
      throw Finding(
        owner: owner, kind: .refused,
        message: "it takes \(size) bytes to remember, and the kernel holds \(Record.capacity): "
          + "use patterns instead of long lists of ports")
    }
    for action in Record.actions(for: text, of: owner, slot: workshop.slot, carrier: carrier, beside: records) {
      state.insert(action)
    }
  }

  private func report(_ unit: MirrorUnit, _ reach: FilterReach) -> MirrorReport {
    var report = MirrorReport(owner: unit.owner, mirror: unit.mirror, slot: unit.workshop.slot)
    if let suspension = unit.suspension { report.reasons = [suspension] }
    guard unit.isEnabled else { return report }
    report.reasons = unit.selectionReasons + reach.reasons(for: unit) + unit.assembly.reasons
    report.notes = reach.notes(for: unit) + unit.assembly.notes
    report.outputs = unit.assembly.outputs
    report.programPoints = unit.programPoints
    report.missingSources = resolver.missingSources(of: unit.mirror)
    report.sources = unit.selected.map { port, side in
      .init(interface: port.name, side: side, isOperational: snapshot.interfaces[port.name]?.isUp ?? false)
    }
    return report
  }

  private func addBridges(
    _ slots: Slots, _ records: Records, _ placement: inout FilterPlacement, to result: inout Compilation
  ) throws(Finding) {
    for profile in profiles.sorted(by: { $0.name < $1.name }) {
      for settings in profile.bridges.sorted(by: { $0.name < $1.name }) {
        let owner = Owner(profile: profile.name, subject: .bridge(settings.name))
        let workshop = workshop(of: owner, slots)
        let record = Profile(name: profile.name, bridges: [settings], keeper: profile.keeper)
        try remember(record, owner: owner, workshop: workshop, beside: records, in: &result.desired)
        if let suspension = suspended[owner] {
          result.warnings.append("flood_vlans of \(settings.name): \(suspension)")
          continue
        }
        let flood = try FloodVLANs(
          workshop: workshop, settings: settings, resolver: resolver, reserved: reservedPorts
        ).compile(&placement)
        try merge(flood.state, of: owner, into: &result.desired)
        result.warnings += flood.reasons.map { "flood_vlans: \($0)" }
      }
    }
  }

  /// clsact where filters are and none is yet, and where it is ours and somebody else uses it too.
  private func addQdiscs(to state: inout KernelState) {
    for device in Set(state.filters.keys.map(\.point.device)) {
      let isOurs = snapshot.own.qdiscs.contains(device)
      let existing = snapshot.interfaces[device].map(\.classifierQdisc)
      if isOurs || existing == nil || existing == Interface.ClassifierQdisc.none { state.qdiscs.insert(device) }
    }
    for device in snapshot.own.qdiscs {
      let isShared = Hook.allCases.contains { !(snapshot.foreignFilters[HookPoint(device, $0)] ?? []).isEmpty }
      if isShared { state.qdiscs.insert(device) }
    }
  }

  /// Filters of other tools come before those that reserve ports and flood VLANs, which run last.
  ///
  /// - Parameter keys: of all filters but those that copy.
  private func foreignWarnings(_ keys: [FilterKey]) -> [String] {
    guard !snapshot.foreignFilters.isEmpty else { return [] }
    let points = Dictionary(grouping: keys.filter { $0.preference > 32768 }, by: \.point)
    return points.sorted { $0.key < $1.key }.compactMap { point, keys in
      let first = keys.map(\.preference).min() ?? 0
      let ahead = (snapshot.foreignFilters[point] ?? []).filter {
        $0.preference < first && $0.hidesFrames(at: point.hook)
      }
      guard !ahead.isEmpty else { return nil }
      let list = Set(ahead.map(\.preference)).sorted().map(String.init).joined(separator: ", ")
      return
        "\(point): filters of other tools (pref \(list)) come first; what they accept or redirect goes on as it did before"
    }
  }
}

extension Cookie {
  fileprivate var isCounter: Bool {
    if case .object(let role, _) = content { role.isCounter } else { false }
  }
}
