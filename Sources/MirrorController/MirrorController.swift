import MirrorCompiler
import MirrorModel
import NetworkTypes
import TrafficControl

/// Brings a kernel to what profiles say: observe, compile, plan, apply, verify.
///
/// It keeps nothing between calls; whatever it needs to know it reads from the kernel.
public struct MirrorController<K: Kernel> {
  let kernel: K
  private let parse: RecordParser

  public init(kernel: K, parse: @escaping RecordParser) {
    self.kernel = kernel
    self.parse = parse
  }

  /// A change, worked out but not made.
  public struct Proposal: Sendable {
    public var observation: Observation
    public var compilation: Compilation
    public var plan: Plan

    init(_ observation: Observation, _ compilation: Compilation) {
      self.observation = observation
      self.compilation = compilation
      plan = Plan.difference(from: compilation.current, to: compilation.desired)
    }
  }

  public func observe() throws(ApplyError) -> Observation {
    do throws(KernelError) {
      return Observation(try kernel.snapshot(), parse: parse)
    } catch { throw .observation(error) }
  }

  /// Works out what a change takes; changes nothing.
  public func propose(_ change: Change) throws(ApplyError) -> Proposal {
    var observation = try observe()
    let profiles = try change.profiles(from: observation.profiles)
    try checkDamage(observation, profiles, change)
    return Proposal(observation, try compile(profiles, on: &observation, change.strictness))
  }

  /// Makes a change as one transaction, reads it back and returns the proposal that was carried out.
  ///
  /// - Parameter isInterrupted: asked between requests; once it says yes, everything is undone.
  public func apply(_ change: Change, isInterrupted: () -> Bool = { false }) throws(ApplyError) -> Proposal {
    let proposal = try propose(change)
    guard !proposal.plan.isEmpty else { return proposal }
    let execution = kernel.perform(proposal.plan.steps, isInterrupted: isInterrupted)
    if let failure = execution.failure {
      let before = proposal.compilation.current
      try undo(steps(of: proposal.plan, madeBy: execution, from: before), from: before, after: failure)
      throw proposal.refusal(failure, of: proposal.plan.step(after: execution))
    }
    try verify(proposal)
    return proposal
  }

  /// Looks again; unless there is nothing left to do, the plan is undone.
  ///
  /// The host may have changed in the meantime, so that there is something new to do: what counts is that the kernel holds what
  /// was asked of it.
  private func verify(_ proposal: Proposal) throws(ApplyError) {
    let plan = proposal.plan
    let before = proposal.compilation.current
    let next: Proposal
    do throws(ApplyError) {
      next = try propose(.none)
    } catch {
      let failure = KernelError(cause: .other, request: "read back", text: "what the kernel holds cannot be read")
      try undo(plan.steps, from: before, after: failure)
      throw error
    }
    let rest = Plan.difference(from: next.compilation.current, to: proposal.compilation.desired)
    guard next.plan.isEmpty || rest.isEmpty else {
      let failure = KernelError(cause: .other, request: "read back", text: "the kernel does not hold what it accepted")
      try undo(plan.steps, from: before, after: failure)
      throw .unverified(rest.steps)
    }
    if let idle = proposal.compilation.desired.idleFilter(in: next.observation.snapshot) {
      let failure = KernelError.idle(idle)
      try undo(plan.steps, from: before, after: failure)
      throw proposal.refusal(failure, of: .add(.filter(idle)))
    }
  }

  /// Takes back steps that were made on the way from a state.
  ///
  /// - Throws: `rollbackFailed`, with what is left.
  func undo(_ steps: [Step], from state: KernelState, after failure: KernelError) throws(ApplyError) {
    let way = Plan.undoing(steps, from: state)
    let execution = kernel.perform(way.steps) { false }
    guard let second = execution.failure else { return }
    let done = Set(execution.done)
    throw .rollbackFailed(failure, undone: second, remaining: way.steps.filter { !done.contains($0) })
  }

  /// The steps of a plan that took effect. Where memory runs out, requests do whose answers never come: a look tells which.
  func steps(of plan: Plan, madeBy execution: Execution, from before: KernelState) -> [Step] {
    guard execution.failure?.cause == .passing, let snapshot = try? kernel.snapshot() else { return execution.done }
    var now = snapshot.own
    for port in before.bridgePorts.keys {
      now.bridgePorts[port] = snapshot.interfaces[port]?.bridgePort?.flags
    }
    let done = Set(execution.done)
    return plan.steps.filter { done.contains($0) || now.holds(outcomeOf: $0) }
  }

  /// A slot that cannot be read is no obstacle if the change replaces or removes what it holds.
  private func checkDamage(
    _ observation: Observation, _ profiles: [Profile], _ change: Change
  ) throws(ApplyError) {
    if case .clear = change { return }
    let lost = observation.damagedSlots(besides: profiles)
    if !lost.isEmpty { throw .damagedRecords(lost) }
  }
}

extension Plan {
  /// The step at which an execution of the plan stopped.
  func step(after execution: Execution) -> Step? {
    let done = Set(execution.done)
    return steps.first { !done.contains($0) }
  }
}

extension Observation {
  /// Slots whose owners are not known, and are none of those that profiles name.
  func damagedSlots(besides profiles: [Profile]) -> [UInt16] {
    guard !damaged.isEmpty else { return [] }
    let covered = Set(MirrorCompiler.owners(in: profiles).map(\.fingerprint))
    return damaged.filter { !covered.contains($0.value) }.keys.sorted()
  }
}
