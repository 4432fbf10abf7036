import MirrorCompiler
import MirrorModel
import TrafficControl

extension MirrorController {
  /// How often the kernel may still not hold what it has accepted before that counts as a failure.
  private static var patience: Int { 4 }
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
  ///   - now: monotonic.
  ///   - isInterrupted: asked between requests; once it says yes, what is under way is undone.
  public func reconcile(
    _ files: [KeptFile]?, _ holds: inout Holds, now: Duration, isInterrupted: () -> Bool = { false }
  ) -> Reconciliation {
    var result = Reconciliation()
    do throws(ApplyError) {
      try reconcile(files, &holds, now, isInterrupted, &result)
    } catch { result.failure = error }
    return result
  }

  private func reconcile(
    _ files: [KeptFile]?, _ holds: inout Holds, _ now: Duration, _ isInterrupted: () -> Bool,
    _ result: inout Reconciliation
  ) throws(ApplyError) {
    var patience = Self.patience
    var freshLooks = Self.freshLooks
    while true {
      let proposal = try choose(files, &result)
      let compilation = proposal.compilation
      let owners = Dictionary(compilation.slots.map { ($0.value, $0.key) }) { first, _ in first }
      let held = Set(holds.owners(at: now).compactMap { compilation.slots[$0] }).union(result.damaged)
      let target = compilation.desired.withholding(held, from: compilation.current)
      let plan = Plan.difference(from: compilation.current, to: target)
      guard !plan.isEmpty else {
        let settled = Set(compilation.slots.filter { !held.contains($0.value) }.keys)
        return holds.settle(settled, known: Set(compilation.slots.keys))
      }
      guard patience > 0 else {
        let slots = Set(plan.steps.flatMap { compilation.slots(behind: $0) })
        guard !slots.isEmpty else { throw .unverified(plan.steps) }
        for owner in slots.compactMap({ owners[$0] }) { holds.add(owner, .notHeld(plan.steps), at: now) }
        patience = 1
        continue
      }
      let execution = kernel.perform(plan.steps, isInterrupted: isInterrupted)
      guard let failure = execution.failure else {
        result.steps += plan.steps
        patience -= 1
        continue
      }
      try undo(execution.done, from: compilation.current, after: failure)
      if failure.cause.canPass, freshLooks > 0 {
        freshLooks -= 1
        continue
      }
      let step = plan.step(after: execution)
      let blamed = Set(step.map(compilation.slots(behind:)) ?? []).subtracting(held).compactMap { owners[$0] }
      guard failure.cause != .interrupted, failure.cause != .notPermitted, !blamed.isEmpty else {
        throw proposal.refusal(failure, of: step)
      }
      for owner in blamed { holds.add(owner, failure, at: now) }
    }
  }

  /// Looks, and finds the newest version of each profile that goes with the others and with the host.
  private func choose(_ files: [KeptFile]?, _ result: inout Reconciliation) throws(ApplyError) -> Proposal {
    var observation = try observe()
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
      return Proposal(observation, try compile(candidates.profiles, on: &observation, .strict))
    } catch {
      guard case .refused = error else { throw error }
    }
    // What the host no longer allows is not the fault of what is new.
    let before = try compile(candidates.installed, on: &observation, .lenient).suspended
    let new = candidates.newNames
    let suspended = before.filter { !new.contains($0.key.profile) }
    while true {
      do throws(ApplyError) {
        return Proposal(
          observation, try compile(candidates.profiles, on: &observation, .strict, suspended: suspended))
      } catch {
        guard case .refused(let findings) = error else { throw error }
        if candidates.stepBack(from: findings) { continue }
      }
      return Proposal(observation, try compile(candidates.profiles, on: &observation, .lenient, suspended: suspended))
    }
  }
}

extension KernelError {
  /// The kernel took steps and yet they are still to be made.
  static func notHeld(_ steps: [Step]) -> KernelError {
    KernelError(
      cause: .passing, request: steps.first?.commands.first ?? "read back",
      text: "the kernel, or another program, keeps undoing this")
  }
}
