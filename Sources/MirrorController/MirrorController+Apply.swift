import MirrorCompiler
import MirrorModel
import TrafficControl

extension MirrorController {
  /// How often to look again because an interface went that was there at the look before.
  private static var freshLooks: Int { 50 }

  /// Makes a change as one transaction, makes sure of it and returns the proposal that was carried out, with all steps that it took.
  ///
  /// What the kernel does not show by itself is read back. Where an interface goes that was there at the look, what is made so far
  /// stays, and the rest is worked out anew.
  ///
  /// - Parameter isInterrupted: asked between requests; once it says yes, everything is undone.
  public func apply(_ change: Change, isInterrupted: () -> Bool = { false }) throws(ApplyError) -> Proposal {
    var proposal = try propose(change)
    var transaction = Transaction(
      before: proposal.compilation.current, profiles: try change.profiles(from: proposal.observation.profiles))
    for looks in (0...Self.freshLooks).reversed() {
      guard !proposal.plan.isEmpty else { break }
      let execution = perform(proposal.plan.steps, names: .ofLastLook, isInterrupted: isInterrupted)
      transaction.made += steps(of: proposal.plan, madeBy: execution, from: proposal.compilation.current)
      if let failure = execution.failure {
        guard failure.cause == .notFound, looks > 0,
          case let next = try rest(of: change, in: transaction),
          proposal.observation.snapshot.hasLostInterfaces(in: next.observation.snapshot)
        else {
          try undo(transaction, after: failure)
          throw proposal.refusal(failure, of: proposal.plan.step(after: execution))
        }
        proposal = next
      } else {
        guard !execution.isShown, try verify(proposal, in: transaction, looks: looks) == .otherInterfaces else { break }
        proposal = try rest(of: change, in: transaction)
      }
    }
    proposal.plan = Plan(transaction.made)
    return proposal
  }

  /// What has been done to the kernel, what it held before, and what it is to do.
  private struct Transaction {
    let before: KernelState
    let profiles: [Profile]
    var made: [Step] = []
  }

  /// What is left to do, by a new look.
  private func rest(of change: Change, in transaction: Transaction) throws(ApplyError) -> Proposal {
    do throws(ApplyError) { return try propose(transaction.profiles, change.strictness) } catch {
      try undo(transaction, after: KernelError.unreadable)
      throw error
    }
  }

  private enum Verification { case asWanted, otherInterfaces }

  /// Looks again; unless the kernel holds what was asked of it, it is brought back to what it held before.
  ///
  /// The host may have changed in the meantime, so that something else is to be done than what was: then there must be nothing left to
  /// do, unless interfaces have gone.
  ///
  /// - Parameter looks: how many more there can be.
  private func verify(
    _ proposal: Proposal, in transaction: Transaction, looks: Int
  ) throws(ApplyError) -> Verification {
    let before = transaction.before
    let desired = proposal.compilation.desired
    let snapshot: HostSnapshot
    let rest: Plan
    let remainder: Plan
    do throws(ApplyError) {
      snapshot = try look()
      rest = Plan.difference(from: snapshot.state(besides: [desired]), to: desired)
      remainder = rest.isEmpty ? rest : try self.remainder(of: snapshot)
    } catch {
      try undo(transaction, after: KernelError.unreadable)
      throw error
    }
    var wayBack: Plan { Plan.difference(from: snapshot.state(besides: [before, desired]), to: before) }
    guard remainder.isEmpty else {
      if looks > 0, proposal.observation.snapshot.hasLostInterfaces(in: snapshot) { return .otherInterfaces }
      let failure = KernelError(cause: .other, request: "read back", text: "the kernel does not hold what it accepted")
      try takeBack(by: wayBack, to: before, after: failure)
      throw .unverified(rest.steps)
    }
    if let idle = desired.idleFilter(in: snapshot) {
      let failure = KernelError.idle(idle)
      try takeBack(by: wayBack, to: before, after: failure)
      throw proposal.refusal(failure, of: .add(.filter(idle)))
    }
    return .asWanted
  }

  /// What is left to do for the profiles that the kernel remembers.
  private func remainder(of snapshot: HostSnapshot) throws(ApplyError) -> Plan {
    var observation = Observation(snapshot, parse: parse)
    let profiles = observation.profiles
    try checkDamage(observation, profiles, .none)
    let compilation = try compile(profiles, on: &observation, .lenient)
    return Proposal(observation, compilation).plan
  }

  private func undo(_ transaction: Transaction, after failure: KernelError) throws(ApplyError) {
    try undo(transaction.made, from: transaction.before, after: failure)
  }

  /// Takes back steps that were made on the way from a state.
  ///
  /// - Throws: `rollbackFailed`, with what is left.
  func undo(_ steps: [Step], from state: KernelState, after failure: KernelError) throws(ApplyError) {
    try takeBack(by: Plan.undoing(steps, from: state), to: state, after: failure)
  }

  /// With interfaces that go meanwhile goes what there was to be taken back.
  private func takeBack(by way: Plan, to state: KernelState, after failure: KernelError) throws(ApplyError) {
    var way = way
    for looks in (0...Self.freshLooks).reversed() {
      let execution = perform(way.steps) { false }
      guard let second = execution.failure else { return }
      guard second.cause == .notFound, looks > 0, let snapshot = try? look() else {
        let done = Set(execution.done)
        throw .rollbackFailed(failure, undone: second, remaining: way.steps.filter { !done.contains($0) })
      }
      way = Plan.difference(from: snapshot.state(besides: [state]), to: state.possible(on: snapshot))
    }
  }

  /// The steps of a plan that took effect. Where memory runs out, requests do whose answers never come: a look tells which.
  func steps(of plan: Plan, madeBy execution: Execution, from before: KernelState) -> [Step] {
    guard execution.failure?.cause == .passing, let snapshot = try? look() else { return execution.done }
    let now = snapshot.state(besides: [before, plan.applied(to: before)])
    let done = Set(execution.done)
    return plan.steps.filter { done.contains($0) || now.holds(outcomeOf: $0) }
  }
}

extension HostSnapshot {
  /// Whether an interface is not there any more in a later look.
  fileprivate func hasLostInterfaces(in later: HostSnapshot) -> Bool {
    interfaces.values.contains { later.interfaces[$0.name]?.index != $0.index }
  }

  /// What the kernel holds of ours, with the flags of the bridge ports that other states are about, and programs that are as in
  /// one of these.
  fileprivate func state(besides others: [KernelState]) -> KernelState {
    var state = own
    for port in others.flatMap(\.bridgePorts.keys) { state.bridgePorts[port] = interfaces[port]?.bridgePort?.flags }
    state.recognizePrograms(among: others) { interfaces[$0]?.index }
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

extension KernelError {
  fileprivate static var unreadable: KernelError {
    KernelError(cause: .other, request: "read back", text: "what the kernel holds cannot be read")
  }
}
