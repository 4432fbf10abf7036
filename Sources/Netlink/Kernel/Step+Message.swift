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
    case .add(.filter(let filter)) where filter.isTruncation, .change(_, .filter(let filter)) where filter.isTruncation:
      .singly
    case .add(.qdisc), .change(_, .qdisc): .qdiscAddition
    default: .message
    }
  }

  /// The step in the words of the tools, on one line.
  ///
  /// Without the file that tc(8) wants for a program, which is of no use in an error.
  var request: String { commands.filter { !$0.contains("directory=") && !$0.hasPrefix("rm ") }.joined(separator: "; ") }
}

extension LinuxKernel {
  /// The message that performs a step; `nil` where there is nothing to do.
  func message(for step: Step, _ handles: inout HandleLookup) throws(NetlinkFailure) -> MessageBuilder? {
    switch step {
    case .add(let object): return try addition(object, .add, .add)
    case .change(.bridgePort(_, let old), .bridgePort(let name, let new)):
      return try portMessage(name, new, former: old)
    case .change(_, .filter(let filter)):
      return try FilterRequest.message(.replace, filter, handle: handles.handle(of: filter), table)
    case .change(.action(let old), .action(let new)): return try ActionRequest.put(new, .replace, former: old, table)
    case .change(_, let object): return try addition(object, .replace, .replace)
    case .remove(.qdisc(let device)):
      let index = try table.index(device)
      handles.forget(index)
      return QdiscRequest.remove(interface: index)
    case .remove(.action(let action)): return ActionRequest.remove(action.key)
    case .remove(.filter(let filter)):
      let handle = try handles.removalHandle(of: filter)
      handles.forget(filter)
      return try FilterRequest.message(.remove, filter, handle: handle, table)
    case .remove: return nil
    }
  }

  private func addition(
    _ object: KernelObject, _ actionVerb: ActionRequest.Verb, _ filterVerb: FilterRequest.Verb
  ) throws(NetlinkFailure) -> MessageBuilder? {
    switch object {
    case .action(let action): try ActionRequest.put(action, actionVerb, table)
    case .filter(let filter):
      try FilterRequest.message(filterVerb, filter, handle: KernelHandle.creating(filter), table)
    case .bridgePort(let name, let flags): try portMessage(name, flags, former: flags)
    case .device, .qdisc: nil
    }
  }

  private func portMessage(
    _ name: String, _ flags: BridgePortFlags, former: BridgePortFlags
  ) throws(NetlinkFailure) -> MessageBuilder {
    let forgetting = former.contains(.learning) && !flags.contains(.learning)
    return BridgePortRequest.set(flags, interface: try table.index(name), forgetting: forgetting)
  }
}

extension Filter {
  /// Whether a program has to be loaded for it, which it needs until the kernel has taken the filter.
  var isTruncation: Bool { if case .truncate = classifier { true } else { false } }
}
