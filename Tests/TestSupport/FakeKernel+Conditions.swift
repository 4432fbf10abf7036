import NetworkTypes
import TrafficControl

extension FakeKernel {
  /// The kernel's own conditions.
  func check(_ step: Step) throws(KernelError) {
    switch step {
    case .add(let object): try checkAddition(of: object, step)
    case .change(let old, let new): try checkChange(from: old, to: new, step)
    case .remove(let object): try checkRemoval(of: object, step)
    }
  }

  private func checkAddition(of object: KernelObject, _ step: Step) throws(KernelError) {
    switch object {
    case .device(let device): try checkDevice(device, step)
    case .qdisc(let device):
      guard let interface = host.interfaces[device] else { throw error(.notFound, step, "Cannot find device") }
      if interface.classifierQdisc != Interface.ClassifierQdisc.none {
        throw error(.inTheWay, step, "Exclusivity flag on, cannot modify")
      }
    case .action(let action):
      if host.own.actions[action.key] != nil || host.foreignActions.contains(action.key) {
        throw error(.inTheWay, step, "File exists")
      }
      try checkTarget(of: action, step)
      if action.offload == .require, hardware.isEmpty { throw error(.notInHardware, step, "Invalid argument") }
    case .filter(let filter): try checkFilter(filter, step)
    case .program(let program):
      guard host.own.programs[program.point] == nil else { throw error(.other, step, "it is to be replaced") }
      try checkProgram(program, step)
    case .bridgePort: throw error(.notSupported, step, "flags cannot be added")
    }
  }

  private func checkChange(
    from old: KernelObject, to new: KernelObject, _ step: Step
  ) throws(KernelError) {
    switch (old, new) {
    case (.device(let old), .device(let new)):
      guard host.own.devices[old.name] == old, old.name == new.name else {
        throw error(.notFound, step, "Cannot find device")
      }
    case (.action(let old), .action(let new)):
      guard host.own.actions[old.key] == old, old.key == new.key else {
        throw error(.notFound, step, "TC action with specified index not found")
      }
      try checkTarget(of: new, step)
      if old.offload != new.offload { throw error(.other, step, "the flags of an action stay what they are") }
    case (.filter(let old), .filter(let new)):
      if !old.isReplaceable(by: new) { throw error(.inTheWay, step, "Filter already exists") }
      guard host.own.filters[old.key] == old else {
        throw error(.notFound, step, "Filter with specified priority/protocol not found")
      }
      try checkContent(of: new, step)
    case (.bridgePort(let port, _), .bridgePort(let same, _)):
      guard port == same, host.interfaces[port]?.bridgePort != nil else {
        throw error(.notFound, step, "\(port) is not a port of a bridge")
      }
    case (.program(let old), .program(let new)):
      guard host.own.programs[old.point] != nil, old.point == new.point else {
        throw error(.notFound, step, "No such file or directory")
      }
      try checkProgram(new, step)
    default: throw error(.notSupported, step, "one thing cannot become another")
    }
  }

  private func checkRemoval(of object: KernelObject, _ step: Step) throws(KernelError) {
    switch object {
    case .device(let device):
      guard host.own.devices[device.name] == device else { throw error(.notFound, step, "Cannot find device") }
    case .qdisc(let device):
      guard host.interfaces[device]?.classifierQdisc == .clsact else {
        throw error(.notFound, step, "Cannot find specified qdisc on specified device")
      }
      let points = Hook.allCases.map { HookPoint(device, $0) }
      if points.contains(where: { !(host.foreignFilters[$0] ?? []).isEmpty }) {
        throw error(.other, step, "filters of other tools would go with it")
      }
      if host.own.filters.keys.contains(where: { $0.point.device == device }) {
        throw error(.other, step, "filters would go with it that the plan knows nothing about")
      }
    case .action(let action):
      guard host.own.actions[action.key] == action else {
        throw error(.notFound, step, "TC action with specified index not found")
      }
      if host.own.filters.values.contains(where: { $0.actions.contains(action.key) }) {
        throw error(.inTheWay, step, "Failed to delete TC action")
      }
    case .filter(let filter):
      guard host.own.filters[filter.key] == filter else {
        throw error(.notFound, step, "Specified filter handle not found")
      }
    case .program(let program):
      guard host.own.programs[program.point] != nil else { throw error(.notFound, step, "No such file or directory") }
    case .bridgePort: throw error(.notSupported, step, "flags cannot be removed")
    }
  }

  private func checkProgram(_ program: CopyProgram, _ step: Step) throws(KernelError) {
    guard host.features.contains(.tcx) else { throw error(.notSupported, step, "Invalid argument") }
    for device in program.devices.union([program.point.device]) where host.interfaces[device] == nil {
      throw error(.notFound, step, "No such device")
    }
    guard program.isKnown, program.hash({ host.interfaces[$0]?.index }) != nil else {
      throw error(.other, step, "a program that nobody knows")
    }
  }

  private func checkDevice(_ device: Device, _ step: Step) throws(KernelError) {
    for name in device.interfaces {
      guard name.utf8.count <= InterfaceName.maximumLength, InterfaceName.isValid(name) else {
        throw error(.other, step, "Attribute failed policy validation")
      }
      if host.interfaces[name] != nil { throw error(.inTheWay, step, "File exists") }
    }
    guard case .tunnel(let tunnel) = device.kind else { return }
    if let underlay = tunnel.underlay, host.interfaces[underlay] == nil {
      throw error(.notFound, step, "No such device")
    }
    let isTaken = host.interfaces.values.contains { $0.tunnel?.identity == tunnel.identity }
    if isTaken { throw error(.inTheWay, step, "File exists") }
  }

  private func checkTarget(of action: Action, _ step: Step) throws(KernelError) {
    guard case .mirred(let target) = action.operation else { return }
    guard let device = target.device, device == "lo" || host.interfaces[device] != nil else {
      throw error(.notFound, step, "No such device")
    }
  }

  private func checkFilter(_ filter: Filter, _ step: Step) throws(KernelError) {
    let point = filter.key.point
    let qdisc = host.interfaces[point.device]?.classifierQdisc ?? .none
    guard qdisc == .clsact || (qdisc == .ingress && point.hook == .ingress) else {
      throw error(.notFound, step, "Parent Qdisc doesn't exists")
    }
    if host.own.filters[filter.key] != nil { throw error(.inTheWay, step, "Filter already exists") }
    let foreign = Hook.allCases.flatMap { host.foreignFilters[HookPoint(point.device, $0)] ?? [] }
    if foreign.contains(where: { $0.preference == filter.key.preference }) {
      throw error(.inTheWay, step, "another tool has the preference")
    }
    for other in host.own.filters.values where other.key.point.device == point.device {
      guard other.key.preference == filter.key.preference else { continue }
      if other.key.point.hook != point.hook { throw error(.other, step, "one preference at both hooks") }
      if other.classifier.kind != filter.classifier.kind {
        throw error(.other, step, "Specified filter kind does not match existing one")
      }
      if other.frameProtocol != filter.frameProtocol {
        throw error(.other, step, "Specified filter protocol does not match existing one")
      }
      if filter.classifier == .matchall || filter.classifier == .u32MatchAll {
        throw error(.inTheWay, step, "File exists")
      }
      if case .flower = filter.classifier, other.classifier == filter.classifier {
        throw error(.inTheWay, step, "File exists")
      }
    }
    try checkContent(of: filter, step)
  }

  private func checkContent(of filter: Filter, _ step: Step) throws(KernelError) {
    guard filter.key.preference > 0, filter.key.handle > 0 else { throw error(.other, step, "Invalid handle") }
    guard filter.actions.allSatisfy({ host.own.actions[$0] != nil }) else {
      throw error(.notFound, step, "TC action with specified index not found")
    }
    guard filter.actions.allSatisfy({ host.own.actions[$0]?.offload == filter.offloadOfActions }) else {
      throw error(.other, step, "Mismatch between action and filter offload flags")
    }
    // cls_u32 does not look.
    if filter.offload == .require, !hardware.contains(filter.key.point.device), filter.classifier != .u32MatchAll {
      throw error(.notInHardware, step, "Operation not supported")
    }
    guard filter.actions.count <= 32 else { throw error(.other, step, "too many actions") }
    if case .edit = filter.classifier {
      guard filter.actions.isEmpty else { throw error(.other, step, "actions that never run") }
    } else if case .bpf(let program) = filter.classifier {
      if let flaw = BPFMachine.flaw(in: program) { throw error(.other, step, "Invalid argument: \(flaw)") }
      guard (program.result == .match) != filter.actions.isEmpty else {
        throw error(.other, step, "a filter that decides nothing, or two ways")
      }
    } else if case .guarded(let program, let condition) = filter.classifier {
      let mark = PassageMark(secret: 1)
      guard let program, GuardedProgram(program, condition, mark, at: filter.key.point.hook) != nil else {
        throw error(.other, step, "a program that nobody knows")
      }
      if filter.actions.isEmpty { throw error(.other, step, "a filter that decides nothing") }
    } else if filter.actions.isEmpty {
      throw error(.other, step, "a filter that decides nothing")
    }
    let isU32Handle = filter.key.handle == Filter.u32Handle
    guard (filter.classifier == .u32MatchAll) == isU32Handle else { throw error(.other, step, "Invalid handle") }
  }
}
