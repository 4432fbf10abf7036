import MirrorCompiler
import TrafficControl

extension KernelState {
  /// This state, but with what some slots have in the kernel now in place of what they should have.
  ///
  /// What cannot be told to be one slot's (reserved ports, filters without actions) is then not removed: it may be theirs.
  ///
  /// - Parameter current: what the kernel holds.
  func withholding(_ slots: Set<UInt16>, from current: KernelState) -> KernelState {
    guard !slots.isEmpty else { return self }
    var state = self
    state.removeObjects(of: slots)
    for action in current.actions.values where KernelObject.action(action).stays(for: slots) { state.insert(action) }
    for filter in current.filters.values where KernelObject.filter(filter).stays(for: slots) { state.insert(filter) }
    state.settleDevices(desired: self, current)
    state.settlePorts(desired: self, current)
    state.settlePrograms(desired: self, current, slots)
    let places = Set(state.filters.keys.map(\.point.device))
    // One that is there and wanted stays: filters of other tools may need it.
    state.qdiscs = qdiscs.intersection(places.union(current.qdiscs)).union(current.qdiscs.intersection(places))
    return state
  }

  private mutating func removeObjects(of slots: Set<UInt16>) {
    actions = actions.filter { KernelObject.action($0.value).slots.isDisjoint(with: slots) }
    filters = filters.filter { KernelObject.filter($0.value).slots.isDisjoint(with: slots) }
  }

  /// A device that only withheld actions send to stays as it is: there, or not there.
  private mutating func settleDevices(desired: KernelState, _ current: KernelState) {
    let wanted = desired.targets
    let left = targets
    for name in Set(devices.keys).union(current.devices.keys) {
      let device = current.devices[name] ?? devices[name]
      let interfaces = Set(device?.interfaces ?? [])
      let isWithheld = !interfaces.isDisjoint(with: wanted) || !interfaces.isDisjoint(with: left)
      guard isWithheld, interfaces.isDisjoint(with: desired.actionTargets(in: self)) else { continue }
      devices[name] = current.devices[name]
    }
    let ours = Set((Array(desired.devices.values) + current.devices.values).flatMap(\.interfaces))
    let gone = ours.subtracting(devices.values.flatMap(\.interfaces))
    filters = filters.filter { !gone.contains($0.key.point.device) }
    let kept = Set(devices.values.flatMap(\.interfaces))
    for filter in current.filters.values
    where kept.contains(filter.key.point.device) && desired.filters[filter.key] == nil {
      if !desired.devices.values.contains(where: { $0.interfaces.contains(filter.key.point.device) }) { insert(filter) }
    }
  }

  /// Of one program each mirror has its own sections; one that is not known, and may be theirs, stays.
  private mutating func settlePrograms(desired: KernelState, _ current: KernelState, _ slots: Set<UInt16>) {
    for point in Set(desired.programs.keys).union(current.programs.keys) {
      let (wanted, present) = (desired.programs[point], current.programs[point])
      guard present?.isKnown ?? true else {
        if wanted?.slots.isDisjoint(with: slots) != true { programs[point] = present }
        continue
      }
      let retained = present?.sections.filter { slots.contains($0.slot) } ?? []
      let sections = retained + (wanted?.sections ?? []).filter { !slots.contains($0.slot) }
      programs[point] = sections.isEmpty ? nil : CopyProgram(point, sections: sections)
    }
  }

  /// A port that may be a withheld mirror's output keeps the flags it has.
  private mutating func settlePorts(desired: KernelState, _ current: KernelState) {
    let isRetained = current.actions.contains { key, action in
      guard case .reservation = action.cookie.content else { return false }
      return desired.actions[key] == nil
    }
    guard isRetained else { return }
    for (port, flags) in desired.bridgePorts where flags != .reserved { bridgePorts[port] = current.bridgePorts[port] }
  }

  /// Where actions send to.
  private var targets: Set<String> { Set(actions.values.compactMap(\.targetDevice)) }

  /// Where those actions of this state send to that are also in another.
  private func actionTargets(in other: KernelState) -> Set<String> {
    Set(actions.values.filter { other.actions[$0.key] == $0 }.compactMap(\.targetDevice))
  }
}

extension KernelObject {
  /// Whether it is one of the slots', or may be.
  fileprivate func stays(for wanted: Set<UInt16>) -> Bool { slots.isEmpty || !slots.isDisjoint(with: wanted) }
}

extension Action {
  fileprivate var targetDevice: String? {
    if case .mirred(let target) = operation { target.device } else { nil }
  }
}
