/// What leads from one kernel state to another: ordered, minimal, printable, and to be undone from any step on.
public struct Plan: Hashable, Sendable {
  public var steps: [Step]

  public init(_ steps: [Step] = []) {
    self.steps = steps
  }

  public var isEmpty: Bool { steps.isEmpty }

  /// The plan that leads back to where steps started.
  ///
  /// - Parameter steps: those of a plan from `start` that were carried out, in order.
  public static func undoing(_ steps: [Step], from start: KernelState) -> Plan {
    difference(from: Plan(steps).applied(to: start), to: start)
  }

  /// The state after all steps; what a step removes or changes need not be there.
  public func applied(to state: KernelState) -> KernelState {
    var result = state
    for step in steps { result.perform(step) }
    return result
  }
}

extension KernelState {
  /// Whether what a step brings about is so.
  public func holds(outcomeOf step: Step) -> Bool {
    switch step {
    case .add(let object), .change(_, let object): holds(object)
    case .remove(let object): lacks(object)
    }
  }

  /// Whether there is nothing in the place of an object.
  private func lacks(_ object: KernelObject) -> Bool {
    switch object {
    case .device(let device): devices[device.name] == nil
    case .qdisc(let device): !qdiscs.contains(device)
    case .action(let action): actions[action.key] == nil
    case .filter(let filter): filters[filter.key] == nil
    case .bridgePort(let name, _): bridgePorts[name] == nil
    case .program(let program): programs[program.point] == nil
    }
  }

  private func holds(_ object: KernelObject) -> Bool {
    switch object {
    case .device(let device): devices[device.name] == device
    case .qdisc(let device): qdiscs.contains(device)
    case .action(let action): actions[action.key] == action
    case .filter(let filter): filters[filter.key] == filter
    case .bridgePort(let name, let flags): bridgePorts[name] == flags
    case .program(let program): programs[program.point] == program
    }
  }

  /// Makes the change of one step, whether or not the state allows it.
  public mutating func perform(_ step: Step) {
    switch step {
    case .add(let object), .change(_, let object):
      switch object {
      case .device(let device): devices[device.name] = device
      case .qdisc(let device): qdiscs.insert(device)
      case .action(let action): actions[action.key] = action
      case .filter(let filter): filters[filter.key] = filter
      case .bridgePort(let name, let flags): bridgePorts[name] = flags
      case .program(let program): programs[program.point] = program
      }
    case .remove(let object):
      switch object {
      case .device(let device): devices[device.name] = nil
      case .qdisc(let device): qdiscs.remove(device)
      case .action(let action): actions[action.key] = nil
      case .filter(let filter): filters[filter.key] = nil
      case .bridgePort(let name, _): bridgePorts[name] = nil
      case .program(let program): programs[program.point] = nil
      }
    }
  }
}
