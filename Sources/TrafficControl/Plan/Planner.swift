extension Plan {
  /// The shortest safe way from one state of ours to another.
  ///
  /// What is added comes first and from the inside out (devices, qdiscs, actions, filters of our own devices), so that a
  /// hook sees a copy path only when all of it is there; actions are re-pointed to such a path after that. What is removed goes last, in the opposite order, so that no copy
  /// leaves by a path of which half is gone; only a qdisc goes right behind the filters of its interface, which need not be
  /// taken off it one by one. In between, every hook changes over: a filter that cannot be replaced in place is removed right before its successor is added, so that no
  /// frame is copied twice. What no filter binds any more is re-pointed after that. Records are whole before anything of their
  /// mirror is there, and as long as anything is: pages come first and go last, and in between the head of a mirror, which comes
  /// and changes with the other actions, says which count.
  ///
  /// tcx programs come and change before the filters of their hooks do, for they are there before them too, and go before filters do;
  /// where both change, they do as ``Changeovers`` says. Marks of programs that are gone go first: one that comes may need the place.
  ///
  /// An action whose policy of offloading changes has to be made anew, and with it, in between, every filter that binds it.
  public static func difference(from old: KernelState, to new: KernelState) -> Plan {
    let rest = old.withoutActions { action in
      new.actions[action.key].map { $0.offload != action.offload } ?? false
    }
    guard rest != old else { return transition(from: old, to: new) }
    return Plan(transition(from: old, to: rest).steps + transition(from: rest, to: new).steps)
  }

  private static func transition(from old: KernelState, to new: KernelState) -> Plan {
    let devices = changes(old.devices, new.devices, KernelObject.device)
    let actions = changes(old.actions, new.actions, KernelObject.action)
    let ports = changes(old.bridgePorts, new.bridgePorts) { .bridgePort(name: $0, flags: $1) }
    let wanted = old.programs.attainable(new.programs)
    let changeovers = Changeovers(from: old, to: new, programs: wanted)
    let filters = FilterChanges(from: changeovers.filters, to: new.filters)
    let owned = Set((Array(old.devices.values) + new.devices.values).flatMap(\.interfaces))
    let qdiscs = QdiscChanges(from: old.qdiscs, to: new.qdiscs)
    let programs = changes(old.programs, changeovers.programs, KernelObject.program)
    let settlements = changes(changeovers.programs, wanted, KernelObject.program)
    let isMark = { (step: Step) in step.isAboutMark }

    var steps = actions.removals.filter(isMark) + devices.additions + devices.changes
    // As far as possible the opposite of the order in which they go.
    steps += qdiscs.additions { owned.contains($0) } + qdiscs.additions { !owned.contains($0) }
    let retired = retirements(in: actions.changes, from: old, to: new)
    let changes = actions.changes.filter { !retired.contains($0) }
    let diversions = changes.filter { $0.leads(toOneOf: owned) }
    steps += actions.additions.filter(\.isAboutRecord) + changes.filter(\.isAboutRecord)
    steps += actions.additions.filter { !$0.isAboutRecord && !isMark($0) }
    steps += changes.filter { !$0.isAboutRecord && !$0.leads(toOneOf: owned) }
    steps += filters.transitions { owned.contains($0.device) }
    steps += diversions
    steps += ports.changes
    steps += changeovers.preparations
    steps += programs.additions + programs.changes
    steps += filters.transitions { !owned.contains($0.device) }
    steps += programs.removals
    steps += qdiscs.removals(behind: filters) { !owned.contains($0) }
    steps += settlements.changes + settlements.removals
    steps += qdiscs.removals(behind: filters) { owned.contains($0) }
    steps += retired
    let goingActions = actions.removals.reversed().filter { !isMark($0) }
    steps += goingActions.filter { !$0.isAboutRecord } + goingActions.filter(\.isAboutRecord)
    steps += devices.removals
    return Plan(steps)
  }

  /// Changes of actions that filters bind in the old state only.
  private static func retirements(in changes: [Step], from old: KernelState, to new: KernelState) -> [Step] {
    guard !changes.isEmpty else { return [] }
    let freed = Set(old.filters.values.flatMap(\.actions)).subtracting(new.filters.values.flatMap(\.actions))
    return changes.filter { step in
      if case .change(_, .action(let action)) = step { freed.contains(action.key) } else { false }
    }
  }

  private static func changes<Key: Comparable, Value: Equatable>(
    _ old: [Key: Value], _ new: [Key: Value], _ object: (Value) -> KernelObject
  ) -> (additions: [Step], changes: [Step], removals: [Step]) {
    changes(old, new) { _, value in object(value) }
  }

  private static func changes<Key: Comparable, Value: Equatable>(
    _ old: [Key: Value], _ new: [Key: Value], _ object: (Key, Value) -> KernelObject
  ) -> (additions: [Step], changes: [Step], removals: [Step]) {
    var result: (additions: [Step], changes: [Step], removals: [Step]) = ([], [], [])
    for key in old.keysOfDifferences(to: new) {
      switch (old[key], new[key]) {
      case (nil, let value?): result.additions.append(.add(object(key, value)))
      case (let before?, let after?) where before != after:
        result.changes.append(.change(from: object(key, before), to: object(key, after)))
      case (let value?, nil): result.removals.append(.remove(object(key, value)))
      default: break
      }
    }
    return result
  }
}

extension Dictionary where Key: Comparable, Value: Equatable {
  /// Where two of them do not hold the same, in order.
  func keysOfDifferences(to other: Self) -> [Key] {
    let changed = compactMap { key, value in other[key] == value ? nil : key }
    if changed.isEmpty, count == other.count { return [] }
    return (changed + other.keys.filter { self[$0] == nil }).sorted()
  }
}

extension Step {
  /// Whether it adds, changes or removes a page of a record.
  public var isAboutRecord: Bool {
    switch self {
    case .add(.action(let action)), .change(_, .action(let action)), .remove(.action(let action)):
      if case .page = action.cookie.content { true } else { false }
    default: false
    }
  }

  /// Whether it is about the mark of a tcx program that is gone. Nobody wants one back.
  fileprivate var isAboutMark: Bool {
    switch self {
    case .add(.action(let action)), .remove(.action(let action)): action.programMark != nil
    default: false
    }
  }

  /// Whether it re-points an action to one of some devices.
  fileprivate func leads(toOneOf devices: Set<String>) -> Bool {
    guard case .change(_, .action(let action)) = self, case .mirred(let target) = action.operation else { return false }
    return target.device.map(devices.contains) ?? false
  }
}

extension Device {
  /// The names of all interfaces that the device consists of.
  public var interfaces: [String] { [name] + (peer.map { [$0] } ?? []) }
}

extension KernelState {
  /// Without some actions and the filters that bind them.
  fileprivate func withoutActions(where isUnwanted: (Action) -> Bool) -> KernelState {
    let keys = Set(actions.values.filter(isUnwanted).map(\.key))
    guard !keys.isEmpty else { return self }
    var rest = self
    rest.actions = actions.filter { !keys.contains($0.key) }
    rest.filters = filters.filter { keys.isDisjoint(with: $0.value.actions) }
    return rest
  }
}

extension [HookPoint: CopyProgram] {
  /// Of what is wanted what can be brought about: no program can be loaded that is not known.
  fileprivate func attainable(_ wanted: Self) -> Self {
    wanted.filter { $0.value.isKnown || self[$0.key] == $0.value }
  }
}
