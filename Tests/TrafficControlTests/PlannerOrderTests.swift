import TestSupport
import Testing
import TrafficControl

@Suite("Planner: order of steps")
struct PlannerOrderTests {
  /// The groups in the order in which their last and first steps have to follow each other.
  private struct Positions {
    var steps: [Step]

    func first(_ isWanted: (Step) -> Bool) -> Int { steps.firstIndex(where: isWanted) ?? steps.count }
    func last(_ isWanted: (Step) -> Bool) -> Int { steps.lastIndex(where: isWanted) ?? -1 }
  }

  private func pair(_ seed: UInt64) -> (old: KernelState, new: KernelState, positions: Positions) {
    var generator = SeededGenerator(seed: seed)
    let old = RandomState.make(using: &generator)
    let new = RandomState.make(using: &generator)
    return (old, new, Positions(steps: Plan.difference(from: old, to: new).steps))
  }

  private func isAddition(_ step: Step) -> Bool { if case .add = step { true } else { false } }
  private func isRemoval(_ step: Step) -> Bool { if case .remove = step { true } else { false } }
  private func isDevice(_ step: Step) -> Bool { if case .device = step.object { true } else { false } }
  private func isQdisc(_ step: Step) -> Bool { if case .qdisc = step.object { true } else { false } }
  private func isAction(_ step: Step) -> Bool { if case .action = step.object { true } else { false } }

  private func filter(_ step: Step) -> Filter? { if case .filter(let filter) = step.object { filter } else { nil } }

  @Test("Devices come first and go last", arguments: PlannerPropertyTests.seeds)
  func devices(seed: UInt64) {
    let (_, _, positions) = pair(seed)
    #expect(
      positions.last { isDevice($0) && !isRemoval($0) } < positions.first { !isDevice($0) || isRemoval($0) })
    #expect(positions.last { !(isDevice($0) && isRemoval($0)) } < positions.first { isDevice($0) && isRemoval($0) })
  }

  @Test(
    "Qdiscs and actions are there before the filters, and actions go after them",
    arguments: PlannerPropertyTests.seeds)
  func foundations(seed: UInt64) {
    let (_, _, positions) = pair(seed)
    let filters = (first: positions.first { filter($0) != nil }, last: positions.last { filter($0) != nil })
    #expect(positions.last { (isQdisc($0) || isAction($0)) && isAddition($0) } < filters.first)
    #expect(filters.last < positions.first { isAction($0) && isRemoval($0) })
  }

  @Test("A qdisc goes right behind all filters of its interface", arguments: PlannerPropertyTests.seeds)
  func qdiscsBehindTheirFilters(seed: UInt64) {
    let (old, _, positions) = pair(seed)
    for (position, step) in positions.steps.enumerated() where isQdisc(step) && isRemoval(step) {
      let filters = old.filters.values.filter { filter in
        // Guards that have nothing to do may go before.
        if case .guarded = filter.classifier { false } else { filter.key.point.device == step.device }
      }
      let before = positions.steps[..<position].reversed().prefix { isRemoval($0) && $0.device == step.device }
      #expect(Set(filters.map(\.key)).isSubset(of: before.compactMap { filter($0)?.key }), "\(step.summary)")
    }
  }

  @Test("Qdiscs go in the opposite order of their coming", arguments: PlannerPropertyTests.seeds)
  func youngestQdiscFirst(seed: UInt64) {
    let (old, _, positions) = pair(seed)
    let coming = Plan.difference(from: KernelState(), to: old).steps.filter { isQdisc($0) }.compactMap(\.device)
    let going = positions.steps.filter { isQdisc($0) && isRemoval($0) }.compactMap(\.device)
    #expect(going == coming.reversed().filter(going.contains))
  }

  @Test("S35: an action is re-pointed before filters bind it, and after they do so no more", arguments: [true, false])
  func bindings(isNew: Bool) {
    let idle = Action(
      index: 0x5000_0010, cookie: Cookie(.object(.counterWithHeader, owner: 1)),
      operation: .mirred(Mirred(.mirror, to: "lo")), control: .continue)
    var working = idle
    working.operation = .mirred(Mirred(.mirror, to: "p3"))
    let filter = Filter(
      key: FilterKey(HookPoint("p0", .ingress), preference: 512, handle: 1), classifier: .bpf(.matchAll),
      actions: [working.key])
    var (before, after) = (KernelState(), KernelState())
    before.insert(idle)
    after.insert(working)
    after.insert(filter)
    let (old, new) = isNew ? (before, after) : (after, before)
    let change = Step.change(from: .action(isNew ? idle : working), to: .action(isNew ? working : idle))
    #expect(
      Plan.difference(from: old, to: new).steps
        == (isNew ? [change, .add(.filter(filter))] : [.remove(.filter(filter)), change]))
  }

  @Test("S15: a stage is complete before a hook sends copies to it", arguments: PlannerPropertyTests.seeds)
  func stagesFirst(seed: UInt64) {
    let (_, new, positions) = pair(seed)
    let stages = Set(new.devices.values.flatMap(\.interfaces))
    let lastOfStage = positions.last { step in
      filter(step).map { stages.contains($0.key.point.device) && isAddition(step) } ?? false
    }
    let firstOfHook = positions.first { step in
      filter(step).map { RandomState.ports.contains($0.key.point.device) } ?? false
    }
    #expect(lastOfStage < firstOfHook)
  }

  @Test(
    "S15: a stage that goes is taken apart after the last hook sends nothing to it",
    arguments: PlannerPropertyTests.seeds)
  func stagesLast(seed: UInt64) {
    let (old, new, positions) = pair(seed)
    let stages = Set(old.devices.values.flatMap(\.interfaces)).subtracting(new.devices.values.flatMap(\.interfaces))
    let lastOfHook = positions.last { step in
      filter(step).map { RandomState.ports.contains($0.key.point.device) } ?? false
    }
    let firstOfStage = positions.first { step in filter(step).map { stages.contains($0.key.point.device) } ?? false }
    #expect(lastOfHook < firstOfStage)
  }

  @Test("S21: a port is reserved before copies are sent to it", arguments: PlannerPropertyTests.seeds)
  func reservations(seed: UInt64) {
    let (_, _, positions) = pair(seed)
    let lastFlags = positions.last { if case .bridgePort = $0.object { true } else { false } }
    let firstOfHook = positions.first { step in
      filter(step).map { RandomState.ports.contains($0.key.point.device) } ?? false
    }
    #expect(lastFlags < firstOfHook)
  }
}
