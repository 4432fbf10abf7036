import MirrorCompiler
import TrafficControl

extension Step {
  /// What the step is about.
  var object: KernelObject {
    switch self {
    case .add(let object), .remove(let object), .change(_, let object): object
    }
  }
}

extension KernelObject {
  /// The slots of the mirrors that the object is for, as far as the object itself tells.
  var slots: Set<UInt16> {
    switch self {
    case .action(let action): Set([ActionIndex.slot(of: action.key.index)].compactMap { $0 })
    case .filter(let filter): Set(filter.actions.compactMap { ActionIndex.slot(of: $0.index) })
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

  /// The slots of the mirrors that need what a step is about.
  func slots(behind step: Step) -> Set<UInt16> {
    var slots = step.object.slots
    switch step.object {
    case .device(let device):
      for action in desired.actions.values {
        guard case .mirred(let target) = action.operation, let name = target.device,
          device.interfaces.contains(name), let slot = ActionIndex.slot(of: action.key.index)
        else { continue }
        slots.insert(slot)
      }
    case .qdisc(let device):
      for filter in desired.filters.values where filter.key.point.device == device {
        slots.formUnion(KernelObject.filter(filter).slots)
      }
    case .action, .filter, .bridgePort: break
    }
    return slots
  }
}
