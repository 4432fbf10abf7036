import CMnl
import TrafficControl

extension Step {
  /// How a step is put to the kernel.
  enum Way {
    /// In several requests of its own, one after the other.
    case singly
    /// In two: the qdisc and its mark.
    case qdiscAddition
    /// In one message, which can go out with others.
    case message
  }

  var way: Way {
    switch self {
    case .add(.device), .remove(.device), .change(.device, _), .change(_, .device): .singly
    case .add(.program), .remove(.program), .change(_, .program): .singly
    case .add(.filter(let filter)) where filter.isEdit, .change(_, .filter(let filter)) where filter.isEdit:
      .singly
    case .add(.qdisc), .change(_, .qdisc): .qdiscAddition
    default: .message
    }
  }
}

extension LinuxKernel {
  /// The message that performs steps, several only if they all add or all remove actions; `nil` where there is nothing to do.
  func message(
    for steps: ArraySlice<Step>, _ handles: inout HandleLookup
  ) throws(NetlinkFailure) -> MessageBuilder? {
    switch steps.first {
    case .add(.action): return try ActionRequest.add(steps.compactMap(\.action), table)
    case .remove(.action): return ActionRequest.remove(steps.compactMap(\.action?.key))
    case .change(.action(let old), .action(let new)): return try ActionRequest.replace(new, former: old, table)
    case .change(_, .action(let new)): return try ActionRequest.replace(new, former: nil, table)
    case .add(.filter(let filter)):
      let handle = KernelHandle.creating(filter)
      return try FilterRequest.message(.add, filter, handle: handle, loaded: program(for: filter), table)
    case .add(.bridgePort(let name, let flags)): return try portMessage(name, flags, former: flags)
    case .change(.bridgePort(_, let old), .bridgePort(let name, let new)):
      return try portMessage(name, new, former: old)
    case .change(_, .filter(let filter)):
      let handle = try handles.handle(of: filter)
      return try FilterRequest.message(.replace, filter, handle: handle, loaded: program(for: filter), table)
    case .remove(.filter(let filter)):
      let handle = try handles.removalHandle(of: filter)
      handles.forget(filter)
      return try FilterRequest.message(.remove, filter, handle: handle, table)
    case .add(.device), .add(.qdisc), .add(.program), .change, .remove, nil: return nil
    }
  }

  /// The program that a filter gets; `nil`: a classic one of its own, or none.
  private func program(for filter: Filter) throws(NetlinkFailure) -> LoadedProgram? {
    guard case .guarded(let program, let condition) = filter.classifier else { return sharing.program(for: filter) }
    return try guards.program(program, condition, at: filter.key.point.hook)
  }

  private func portMessage(
    _ name: String, _ flags: BridgePortFlags, former: BridgePortFlags
  ) throws(NetlinkFailure) -> MessageBuilder {
    let forgetting = former.contains(.learning) && !flags.contains(.learning)
    return BridgePortRequest.set(flags, interface: try table.index(name), forgetting: forgetting)
  }
}

extension Step {
  /// The action that it is about.
  var action: Action? { if case .action(let action) = object { action } else { nil } }
}

extension Filter {
  /// Whether a program has to be loaded for it, which it needs until the kernel has taken the filter.
  var isEdit: Bool { if case .edit = classifier { true } else { false } }
}
