import MirrorCompiler
import TrafficControl

extension KernelState {
  /// This state, but with what some slots have in the kernel now in place of what they should have.
  ///
  /// - Parameter current: what the kernel holds.
  func withholding(_ slots: Set<UInt16>, from current: KernelState) -> KernelState {
    guard !slots.isEmpty else { return self }
    var state = self
    state.actions = actions.filter { !KernelObject.action($0.value).belongs(to: slots) }
    state.filters = filters.filter { !KernelObject.filter($0.value).belongs(to: slots) }
    for action in current.actions.values where KernelObject.action(action).belongs(to: slots) { state.insert(action) }
    for filter in current.filters.values where KernelObject.filter(filter).belongs(to: slots) { state.insert(filter) }
    for device in current.devices.values where state.devices[device.name] == nil {
      if state.uses(device) { state.insert(device) }
    }
    for filter in current.filters.values where state.devices.values.contains(where: { $0.holds(filter) }) {
      if devices.values.contains(where: { $0.holds(filter) }) { continue }
      state.insert(filter)
    }
    let wanted = Set(state.filters.keys.map(\.point.device))
    state.qdiscs = state.qdiscs.intersection(wanted.union(current.qdiscs))
    state.qdiscs.formUnion(current.qdiscs.intersection(wanted))
    return state.withoutUnmetNeeds
  }

  /// Whether an action sends to the device.
  private func uses(_ device: Device) -> Bool {
    actions.values.contains { action in
      guard case .mirred(let target) = action.operation, let name = target.device else { return false }
      return device.interfaces.contains(name)
    }
  }

  /// Without filters whose actions are not there.
  private var withoutUnmetNeeds: KernelState {
    var state = self
    state.filters = filters.filter { $0.value.actions.allSatisfy { actions[$0] != nil } }
    return state
  }
}

extension KernelObject {
  fileprivate func belongs(to wanted: Set<UInt16>) -> Bool { !slots.isDisjoint(with: wanted) }
}

extension Device {
  fileprivate func holds(_ filter: Filter) -> Bool { interfaces.contains(filter.key.point.device) }
}
