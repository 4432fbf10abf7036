import NetworkTypes
import TrafficControl

extension FakeKernel {
  /// What a step that was accepted brings about.
  func change(_ step: Step) {
    if case .change(.device(let old), .device(let new)) = step, !old.isChangeable(to: new) {
      change(.remove(.device(old)))
      change(.add(.device(new)))
      return
    }
    host.own.perform(step)
    switch step {
    case .add(.device(let device)): for name in device.interfaces { addInterface(name, of: device) }
    case .remove(.device(let device)): for name in device.interfaces { removeInterface(name) }
    case .change(_, .device(let device)):
      host.interfaces[device.name]?.mtu = device.mtu ?? 1500
      if case .tunnel(let tunnel) = device.kind { host.interfaces[device.name]?.tunnel = tunnel }
    case .add(.qdisc(let device)): host.interfaces[device]?.classifierQdisc = .clsact
    case .remove(.qdisc(let device)): host.interfaces[device]?.classifierQdisc = Interface.ClassifierQdisc.none
    case .change(_, .bridgePort(let port, let flags)): host.interfaces[port]?.bridgePort?.flags = flags
    case .add(.action(let action)): host.statistics[action.key] = ActionStatistics()
    case .remove(.action(let action)): host.statistics[action.key] = nil
    case .add(.filter(let filter)):
      noteMask(of: filter)
      offer(filter)
    case .change(_, .filter(let filter)): offer(filter)
    case .add(.program(let program)), .change(_, .program(let program)):
      hashes[program.point] = program.hash { host.interfaces[$0]?.index }
    case .remove(.filter(let filter)):
      forgetMask(of: filter)
      host.filtersInHardware.remove(filter.key)
    default: break
    }
  }

  /// Gives an interface another name; what is at its hooks goes with it.
  public func rename(_ name: String, to new: String) {
    guard var interface = host.interfaces.removeValue(forKey: name) else { return }
    interface.name = new
    host.interfaces[new] = interface
    if host.own.qdiscs.remove(name) != nil { host.own.qdiscs.insert(new) }
    for hook in Hook.allCases {
      host.foreignFilters[HookPoint(new, hook)] = host.foreignFilters.removeValue(forKey: HookPoint(name, hook))
      guard var program = host.own.programs.removeValue(forKey: HookPoint(name, hook)) else { continue }
      program.point = HookPoint(new, hook)
      hashes[program.point] = hashes[HookPoint(name, hook)]
      host.own.insert(program)
    }
    for (key, filter) in host.own.filters where key.point.device == name {
      var moved = filter
      moved.key.point = HookPoint(new, key.point.hook)
      host.own.filters[key] = nil
      host.own.insert(moved)
    }
  }

  /// What happens when somebody deletes an interface: its filters go, and what was mirrored to it points nowhere.
  public func removeInterface(_ name: String) {
    host.interfaces[name] = nil
    host.own.qdiscs.remove(name)
    host.own.devices = host.own.devices.filter { !$0.value.interfaces.contains(name) }
    for filter in host.own.filters.values where filter.key.point.device == name {
      host.own.filters[filter.key] = nil
      forgetMask(of: filter)
      host.filtersInHardware.remove(filter.key)
    }
    for hook in Hook.allCases {
      host.foreignFilters[HookPoint(name, hook)] = nil
      host.own.programs[HookPoint(name, hook)] = nil
    }
    for (key, action) in host.own.actions {
      guard case .mirred(var target) = action.operation, target.device == name else { continue }
      target.device = nil
      host.own.actions[key]?.operation = .mirred(target)
    }
  }

  /// Adds an interface with an index that no interface has had.
  public func addInterface(_ interface: Interface) {
    var new = interface
    new.index = (host.interfaces.values.map(\.index).max() ?? 1) + 100
    host.interfaces[new.name] = new
  }

  private func addInterface(_ name: String, of device: Device) {
    var interface = Interface(index: 0, name: name)
    interface.alias = device.alias
    interface.mtu = device.mtu ?? 1500
    switch device.kind {
    case .dummy: interface.kind = "dummy"
    case .veth(let peer):
      interface.kind = "veth"
      interface.link = .here(name == peer ? device.name : peer)
    case .tunnel(let tunnel):
      interface.kind = tunnel.linkKind
      interface.tunnel = tunnel
    }
    addInterface(interface)
  }

  private func offer(_ filter: Filter) {
    let isTaken = filter.offload != .off && hardware.contains(filter.key.point.device)
    if isTaken { host.filtersInHardware.insert(filter.key) } else { host.filtersInHardware.remove(filter.key) }
  }

  private func noteMask(of filter: Filter) {
    guard case .flower(let match) = filter.classifier else { return }
    let list = MaskList(filter.key)
    if masks[list]?.contains(match.mask) != true { masks[list, default: []].append(match.mask) }
  }

  private func forgetMask(of filter: Filter) {
    guard case .flower(let match) = filter.classifier else { return }
    let list = MaskList(filter.key)
    let isUsed = host.own.filters.values.contains {
      if case .flower(let other) = $0.classifier { MaskList($0.key) == list && other.mask == match.mask } else { false }
    }
    if !isUsed { masks[list]?.removeAll { $0 == match.mask } }
  }
}

extension Device {
  /// Whether the device stays the same device when it is changed; otherwise it takes along what is on it.
  fileprivate func isChangeable(to new: Device) -> Bool {
    switch (kind, new.kind) {
    case (.tunnel(let old), .tunnel(let new)): old.isChangeable(to: new)
    case (let old, let new): old == new
    }
  }
}
