import MirrorCompiler
import MirrorModel
import TrafficControl

extension MirrorController {
  /// How often the kernel may still not hold what it has accepted before that counts as a failure.
  private static var patience: Int { 4 }
  /// How often one look goes on because there is something new to do.
  private static var rounds: Int { 20 }
  /// Refusals of one look that are answered by looking again.
  private static var freshLooks: Int { 3 }

  /// Brings the kernel to what the files and the profiles of commands want, as far as it lets us.
  ///
  /// Nothing that is wrong with one profile or mirror keeps the others from being put right. A mirror whose requests the kernel
  /// refuses is left as it was and not touched again for a while.
  ///
  /// - Parameters:
  ///   - files: in the order of their names; `nil`: not known, so that everything stays as the kernel remembers it.
  ///   - holds: what the kernel has refused so far.
  ///   - newcomers: where others may be about to add a qdisc.
  ///   - now: a monotonic clock: a pause begins when something was refused, not when the look began.
  ///   - isInterrupted: asked between requests; once it says yes, what is under way is undone.
  public func reconcile(
    _ files: [KeptFile]?, _ holds: inout Holds, _ newcomers: inout Newcomers, now: @autoclosure () -> Duration,
    isInterrupted: () -> Bool = { false }
  ) -> Reconciliation {
    var result = Reconciliation()
    do throws(ApplyError) {
      try reconcile(files, &holds, &newcomers, now, isInterrupted, &result)
    } catch { result.failure = error }
    return result
  }

  private func reconcile(
    _ files: [KeptFile]?, _ holds: inout Holds, _ newcomers: inout Newcomers, _ now: () -> Duration,
    _ isInterrupted: () -> Bool, _ result: inout Reconciliation
  ) throws(ApplyError) {
    let start = now()
    var patience = Self.patience
    var freshLooks = Self.freshLooks
    var made: Set<Step> = []
    for _ in 0..<Self.rounds {
      var observation = try observe()
      newcomers.mark(in: &observation.snapshot, at: start)
      let proposal = try choose(files, observation, &result)
      let compilation = proposal.compilation
      let tenants = proposal.tenants
      let held = Set(holds.owners(at: start).compactMap { tenants[$0] }).union(result.damaged)
      let target = compilation.desired.withholding(held, from: compilation.current)
      let plan = Plan.difference(from: compilation.current, to: target)
      guard !plan.isEmpty else {
        let settled = Set(tenants.filter { !held.contains($0.value) }.keys)
        holds.settle(settled, known: Set(tenants.keys))
        if result.isComplete(holds) { result.standing = Standing(proposal, of: result.profiles) }
        return
      }
      let repeated = plan.steps.filter(made.contains)
      if !repeated.isEmpty { patience -= 1 }
      guard patience > 0 else {
        let blamed = proposal.tenants(behind: repeated, besides: held)
        guard !blamed.isEmpty else { throw .unverified(repeated) }
        for owner in blamed { holds.add(owner, .notHeld(repeated), at: now()) }
        continue
      }
      let execution = perform(plan.steps, isInterrupted: isInterrupted)
      newcomers.note(execution.done)
      guard let failure = execution.failure else {
        result.steps += plan.steps
        made.formUnion(plan.steps)
        continue
      }
      let step = plan.step(after: execution)
      let blamed = failure.cause.isOfOneRequest ? proposal.tenants(behind: step.map { [$0] } ?? [], besides: held) : []
      let made = steps(of: plan, madeBy: execution, from: compilation.current)
      let complaint = try takeBack(made, of: proposal, after: failure, blamed)
      if failure.cause.canPass, freshLooks > 0 {
        freshLooks -= 1
        continue
      }
      guard !blamed.isEmpty else { throw proposal.refusal(failure, of: step) }
      for owner in blamed { holds.add(owner, complaint, at: now()) }
    }
    result.end = .unsettled
  }

  /// Undoes steps; where that fails too, those who are to blame keep what the kernel then holds of theirs, and the rest goes on.
  ///
  /// - Returns: all that went wrong.
  private func takeBack(
    _ steps: [Step], of proposal: Proposal, after failure: KernelError, _ blamed: Set<Owner>
  ) throws(ApplyError) -> KernelError {
    do throws(ApplyError) {
      try undo(steps, from: proposal.compilation.current, after: failure)
      return failure
    } catch {
      guard case .rollbackFailed(_, let second, _) = error, !blamed.isEmpty else { throw error }
      var complaint = failure
      complaint.text += "; undoing what came before it failed as well: \(second)"
      return complaint
    }
  }

  /// Finds the newest version of each profile that goes with the others and with the host.
  private func choose(
    _ files: [KeptFile]?, _ observation: Observation, _ result: inout Reconciliation
  ) throws(ApplyError) -> Proposal {
    var observation = observation
    var candidates = Candidates(files, installed: observation.profiles)
    let proposal = try choose(&candidates, &observation)
    result.profiles = candidates.profiles
    result.rejected = candidates.rejected
    result.damaged = observation.damagedSlots(besides: candidates.profiles)
    result.status = Status((proposal.observation, proposal.compilation, proposal.plan))
    result.warnings = proposal.compilation.warnings
    return proposal
  }

  private func choose(
    _ candidates: inout Candidates, _ observation: inout Observation
  ) throws(ApplyError) -> Proposal {
    do throws(ApplyError) {
      let compilation = try compile(candidates.profiles, on: &observation, .strict)
      return Proposal(observation, compilation)
    } catch {
      guard case .refused = error else { throw error }
    }
    // What the host no longer allows is not the fault of what is new.
    let before = try compile(candidates.installed, on: &observation, .lenient).suspended
    let new = candidates.newNames
    let suspended = before.filter { !new.contains($0.key.profile) }
    while true {
      do throws(ApplyError) {
        let compilation = try compile(candidates.profiles, on: &observation, .strict, suspended: suspended)
        return Proposal(observation, compilation)
      } catch {
        guard case .refused(let findings) = error else { throw error }
        if candidates.stepBack(from: findings) { continue }
      }
      let compilation = try compile(candidates.profiles, on: &observation, .lenient, suspended: suspended)
      return Proposal(observation, compilation)
    }
  }
}

extension KernelError.Cause {
  /// Whether it says something about the request, and not about us.
  fileprivate var isOfOneRequest: Bool {
    switch self {
    case .interrupted, .notPermitted: false
    case .notSupported, .notInHardware, .notFound, .inTheWay, .passing, .other: true
    }
  }
}

extension KernelError {
  /// The kernel took steps and yet they are still to be made.
  static func notHeld(_ steps: [Step]) -> KernelError {
    KernelError(
      cause: .passing, request: steps.first?.request ?? "read back",
      text: "the kernel, or another program, keeps undoing this")
  }
}
