import NetworkTypes
import TrafficControl

extension KernelState {
  /// As much of this former state as a host can be brought back to: what was at interfaces that are gone has gone with them.
  ///
  /// - Parameter snapshot: of now.
  func possible(on snapshot: HostSnapshot) -> KernelState {
    var state = self
    state.devices = devices.filter { _, device in
      guard case .tunnel(let tunnel) = device.kind, let underlay = tunnel.underlay else { return true }
      return snapshot.interfaces[underlay] != nil
    }
    let lost = Set(devices.values.flatMap(\.interfaces)).subtracting(state.devices.values.flatMap(\.interfaces))
    let interfaces = Set(snapshot.interfaces.keys).subtracting(lost).union(state.devices.values.flatMap(\.interfaces))
    state.qdiscs = qdiscs.intersection(interfaces)
    state.bridgePorts = bridgePorts.filter { snapshot.interfaces[$0.key]?.bridgePort != nil }
    for case (let key, .mirred(let target)) in actions.mapValues(\.operation) {
      guard let device = target.device, device != "lo", !interfaces.contains(device) else { continue }
      // Nothing gives it back its device; and it must not send what it did to another.
      let present = snapshot.own.actions[key]
      state.actions[key] = present.flatMap { $0.leadsNowhere ? $0 : nil }
    }
    state.filters = filters.filter { key, filter in
      let device = key.point.device
      let hasHook = state.qdiscs.contains(device) || snapshot.interfaces[device]?.has(key.point.hook) == true
      return interfaces.contains(device) && hasHook && filter.actions.allSatisfy { state.actions[$0] != nil }
    }
    state.programs = programs.filter { point, program in
      interfaces.contains(point.device) && program.devices.isSubset(of: interfaces)
    }
    return state
  }
}

extension Action {
  fileprivate var leadsNowhere: Bool {
    if case .mirred(let target) = operation { target.device == nil } else { false }
  }
}

extension Interface {
  fileprivate func has(_ hook: Hook) -> Bool {
    switch classifierQdisc {
    case .clsact: true
    case .ingress: hook == .ingress
    case .none: false
    }
  }
}
