import MirrorCompiler
import TrafficControl

extension KernelObject {
  /// The slots of the mirrors that the object is for, as far as the object itself tells.
  var slots: Set<UInt16> {
    switch self {
    case .action(let action): Set([ActionIndex.slot(of: action.key.index)].compactMap { $0 })
    case .filter(let filter): Set(filter.actions.compactMap { ActionIndex.slot(of: $0.index) })
    case .program(let program): program.slots
    case .device, .qdisc, .bridgePort: []
    }
  }
}

extension Compilation {
  /// The names of the mirrors that need what a step is about.
  func mirrors(behind step: Step) -> [String] {
    let slots = slots(behind: step)
    return mirrors.filter { slots.contains($0.slot) }.map(\.name)
  }

  /// The slots of the mirrors that need what a step is about, or no longer need what it removes.
  func slots(behind step: Step) -> Set<UInt16> {
    let state = if case .remove = step { current } else { desired }
    switch step.object {
    case .device(let device): return state.slots(sendingTo: Set(device.interfaces))
    case .qdisc(let device):
      let filters = state.filters.values.filter { $0.key.point.device == device }
      return Set(filters.flatMap { KernelObject.filter($0).slots })
    case .bridgePort(let name, _): return desired.slots(sendingTo: [name]).union(current.slots(sendingTo: [name]))
    case .filter(let filter) where filter.actions.isEmpty: return state.slots(sendingTo: [filter.key.point.device])
    case .program(let program):
      return [program, current.programs[program.point], desired.programs[program.point]].compactMap { $0?.slots }
        .reduce([]) { $0.union($1) }
    case .action, .filter: return step.object.slots
    }
  }
}

extension KernelState {
  /// The slots whose actions send to one of some interfaces.
  fileprivate func slots(sendingTo interfaces: Set<String>) -> Set<UInt16> {
    Set(
      actions.values.compactMap { action in
        guard case .mirred(let target) = action.operation, let name = target.device, interfaces.contains(name) else {
          return nil
        }
        return ActionIndex.slot(of: action.key.index)
      })
  }
}
