import TestSupport
import Testing
import TrafficControl

@Suite("Planner: properties over random states")
struct PlannerPropertyTests {
  static let seeds = TestSeed.seeds(250)

  /// Two states; their bridge ports are the same, since flags are only ever changed.
  private func pair(_ seed: UInt64) -> (KernelState, KernelState) {
    var generator = SeededGenerator(seed: seed)
    return (RandomState.make(using: &generator, policies: .free), RandomState.make(using: &generator, policies: .free))
  }

  @Test("S34: a plan between equal states is empty", arguments: seeds)
  func converged(seed: UInt64) {
    let (state, _) = pair(seed)
    #expect(Plan.difference(from: state, to: state).isEmpty)
  }

  @Test("Applied to the first state a plan gives the second; undone it gives the first back", arguments: seeds)
  func application(seed: UInt64) {
    let (old, new) = pair(seed)
    let plan = Plan.difference(from: old, to: new)
    #expect(plan.applied(to: old) == new)
    #expect(Plan.undoing(plan.steps, from: old).applied(to: new) == old)
    #expect(Plan.undoing([], from: old).isEmpty)
  }

  @Test("S34: a kernel accepts every step of a plan and of the way back", arguments: seeds)
  func execution(seed: UInt64) {
    let (old, new) = pair(seed)
    let kernel = RandomState.kernel(holding: old)
    #expect(kernel.host.own == old)
    let plan = Plan.difference(from: old, to: new)
    #expect(kernel.perform(plan.steps) { false }.failure == nil)
    #expect(kernel.host.own == new)
    #expect(kernel.perform(Plan.undoing(plan.steps, from: old).steps) { false }.failure == nil)
    #expect(kernel.host.own == old)
  }

  @Test(
    "A kernel tries the masks of a flower preference from the most keys to the fewest after any plan", arguments: seeds)
  func maskOrder(seed: UInt64) {
    let (old, new) = pair(seed)
    let kernel = RandomState.kernel(holding: old)
    _ = kernel.perform(Plan.difference(from: old, to: new).steps) { false }
    for masks in kernel.masks.values { #expect(masks == masks.sorted()) }
  }

  @Test("S34: a plan that is given up anywhere leaves the first state and its order of masks", arguments: seeds)
  func givenUp(seed: UInt64) {
    let (old, new) = pair(seed)
    let steps = Plan.difference(from: old, to: new).steps
    for count in stride(from: 0, through: steps.count, by: max(1, steps.count / 6)) {
      let kernel = RandomState.kernel(holding: old)
      let done = Array(steps.prefix(count))
      _ = kernel.perform(done) { false }
      #expect(kernel.perform(Plan.undoing(done, from: old).steps) { false }.failure == nil)
      #expect(kernel.host.own == old)
      for masks in kernel.masks.values { #expect(masks == masks.sorted()) }
    }
  }

  @Test(
    "Nothing is touched more than twice, and only to be made anew, not counting changes that do not stay",
    arguments: seeds)
  func minimality(seed: UInt64) {
    let (old, new) = pair(seed)
    var seen: [KernelObjectName: [Step]] = [:]
    for step in Plan.difference(from: old, to: new).steps where !step.isPassing(to: new) {
      seen[KernelObjectName(step), default: []].append(step)
    }
    for steps in seen.values where steps.count > 1 {
      #expect(steps.count == 2)
      guard case .remove = steps[0], !steps[1].isRemoval else {
        Issue.record("touched twice: \(steps.map(\.summary))")
        continue
      }
    }
  }
}

extension Step {
  fileprivate var isRemoval: Bool { if case .remove = self { true } else { false } }

  /// Whether it makes a guard or a program that marks frames, as is needed on the way to a state only.
  fileprivate func isPassing(to state: KernelState) -> Bool {
    guard !isRemoval else { return false }
    switch object {
    case .filter(let filter):
      guard case .guarded = filter.classifier else { return false }
      return state.filters[filter.key] != filter
    case .program(let program): return program.isMarking && state.programs[program.point] != program
    default: return false
    }
  }
}

/// What names an object, whatever becomes of it.
enum KernelObjectName: Hashable {
  case device(String)
  case qdisc(String)
  case action(ActionKey)
  case filter(FilterKey)
  case bridgePort(String)
  case program(HookPoint)

  init(_ step: Step) {
    switch step.object {
    case .device(let device): self = .device(device.name)
    case .qdisc(let device): self = .qdisc(device)
    case .action(let action): self = .action(action.key)
    case .filter(let filter): self = .filter(filter.key)
    case .bridgePort(let name, _): self = .bridgePort(name)
    case .program(let program): self = .program(program.point)
    }
  }
}
