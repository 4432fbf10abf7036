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
    Observation(try look(), parse: parse)
  }

  private func look() throws(ApplyError) -> HostSnapshot {
    do throws(KernelError) { return try kernel.snapshot() } catch { throw .observation(error) }
  }

  /// Works out what a change takes; changes nothing.
  public func propose(_ change: Change) throws(ApplyError) -> Proposal {
    var observation = try observe()
    let profiles = try change.profiles(from: observation.profiles)
    try checkDamage(observation, profiles, change)
    let compilation = try compile(profiles, on: &observation, change.strictness)
    return Proposal(observation, compilation)
  }

  /// Makes a change as one transaction, makes sure of it and returns the proposal that was carried out.
  ///
  /// What the kernel does not show by itself is read back.
  ///
  /// - Parameter isInterrupted: asked between requests; once it says yes, everything is undone.
  public func apply(_ change: Change, isInterrupted: () -> Bool = { false }) throws(ApplyError) -> Proposal {
    let proposal = try propose(change)
    guard !proposal.plan.isEmpty else { return proposal }
    let execution = kernel.perform(proposal.plan.steps, names: .ofLastLook, isInterrupted: isInterrupted)
    if let failure = execution.failure {
      let before = proposal.compilation.current
      try undo(steps(of: proposal.plan, madeBy: execution, from: before), from: before, after: failure)
      throw proposal.refusal(failure, of: proposal.plan.step(after: execution))
    }
    if !execution.isShown { try verify(proposal) }
    return proposal
  }

  /// Looks again; unless the kernel holds what was asked of it, it is brought back to what it held before.
  ///
  /// The host may have changed in the meantime, so that something else is to be done than what was: then there must be nothing left to
  /// do.
  private func verify(_ proposal: Proposal) throws(ApplyError) {
    let before = proposal.compilation.current
    let desired = proposal.compilation.desired
    let snapshot: HostSnapshot
    let rest: Plan
    let remainder: Plan
    do throws(ApplyError) {
      snapshot = try look()
      rest = Plan.difference(from: snapshot.state(besides: [desired]), to: desired)
      remainder = rest.isEmpty ? rest : try self.remainder(of: snapshot)
    } catch {
      let failure = KernelError(cause: .other, request: "read back", text: "what the kernel holds cannot be read")
      try undo(proposal.plan.steps, from: before, after: failure)
      throw error
    }
    var wayBack: Plan { Plan.difference(from: snapshot.state(besides: [before, desired]), to: before) }
    guard remainder.isEmpty else {
      let failure = KernelError(cause: .other, request: "read back", text: "the kernel does not hold what it accepted")
      try takeBack(by: wayBack, after: failure)
      throw .unverified(rest.steps)
    }
    if let idle = desired.idleFilter(in: snapshot) {
      let failure = KernelError.idle(idle)
      try takeBack(by: wayBack, after: failure)
      throw proposal.refusal(failure, of: .add(.filter(idle)))
    }
  }

  /// What is left to do for the profiles that the kernel remembers.
  private func remainder(of snapshot: HostSnapshot) throws(ApplyError) -> Plan {
    var observation = Observation(snapshot, parse: parse)
    let profiles = observation.profiles
    try checkDamage(observation, profiles, .none)
    let compilation = try compile(profiles, on: &observation, .lenient)
    return Proposal(observation, compilation).plan
  }

  /// Takes back steps that were made on the way from a state.
  ///
  /// - Throws: `rollbackFailed`, with what is left.
  func undo(_ steps: [Step], from state: KernelState, after failure: KernelError) throws(ApplyError) {
    try takeBack(by: Plan.undoing(steps, from: state), after: failure)
  }

  private func takeBack(by way: Plan, after failure: KernelError) throws(ApplyError) {
    let execution = kernel.perform(way.steps) { false }
    guard let second = execution.failure else { return }
    let done = Set(execution.done)
    throw .rollbackFailed(failure, undone: second, remaining: way.steps.filter { !done.contains($0) })
  }

  /// The steps of a plan that took effect. Where memory runs out, requests do whose answers never come: a look tells which.
  func steps(of plan: Plan, madeBy execution: Execution, from before: KernelState) -> [Step] {
    guard execution.failure?.cause == .passing, let snapshot = try? kernel.snapshot() else { return execution.done }
    let now = snapshot.state(besides: [before])
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

extension HostSnapshot {
  /// What the kernel holds of ours, with the flags of the bridge ports that other states are about.
  fileprivate func state(besides others: [KernelState]) -> KernelState {
    var state = own
    for port in others.flatMap(\.bridgePorts.keys) { state.bridgePorts[port] = interfaces[port]?.bridgePort?.flags }
    return state
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
