import MirrorCompiler
import MirrorModel
import NetworkTypes
import TrafficControl

/// Brings a kernel to what profiles say: observe, compile, plan, apply, verify.
///
/// It keeps nothing between calls; whatever it needs to know it reads from the kernel.
public struct MirrorController<K: Kernel> {
  private let kernel: K
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
    do throws(KernelError) {
      // Trying takes a namespace of its own, so it is left out where there is nothing to compile.
      if !profiles.isEmpty { observation.snapshot.features = try kernel.features() }
      let ends = profiles.isEmpty ? [] : observation.tunnelEnds
      observation.snapshot.routes = try kernel.routes(to: Observation.remotes(of: profiles).union(ends))
    } catch { throw .observation(error) }
    let expressions = try expressions(of: profiles)
    do throws(CompilationError) {
      let compiler = MirrorCompiler(profiles, on: observation.snapshot, expressions: expressions)
      let compilation = try compiler.compile()
      let plan = Plan.difference(from: compilation.current, to: compilation.desired)
      return Proposal(observation: observation, compilation: compilation, plan: plan)
    } catch { throw .refused(error.findings) }
  }

  /// Makes a change as one transaction, reads it back and returns the proposal that was carried out.
  ///
  /// - Parameter isInterrupted: asked between requests; once it says yes, everything is undone.
  public func apply(_ change: Change, isInterrupted: () -> Bool = { false }) throws(ApplyError) -> Proposal {
    let proposal = try propose(change)
    guard !proposal.plan.isEmpty else { return proposal }
    let execution = kernel.perform(proposal.plan.steps, isInterrupted: isInterrupted)
    if let failure = execution.failure {
      try undo(execution.done, of: proposal, after: failure)
      let done = Set(execution.done)
      throw proposal.refusal(failure, of: proposal.plan.steps.first { !done.contains($0) })
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
    let next: Proposal
    do throws(ApplyError) {
      next = try propose(.none)
    } catch {
      let failure = KernelError(cause: .other, request: "read back", text: "what the kernel holds cannot be read")
      try undo(plan.steps, of: proposal, after: failure)
      throw error
    }
    let rest = Plan.difference(from: next.compilation.current, to: proposal.compilation.desired)
    guard next.plan.isEmpty || rest.isEmpty else {
      let failure = KernelError(cause: .other, request: "read back", text: "the kernel does not hold what it accepted")
      try undo(plan.steps, of: proposal, after: failure)
      throw .unverified(rest.steps)
    }
    if let idle = proposal.compilation.desired.idleFilter(in: next.observation.snapshot) {
      let failure = KernelError.idle(idle)
      try undo(plan.steps, of: proposal, after: failure)
      throw proposal.refusal(failure, of: .add(.filter(idle)))
    }
  }

  private func expressions(of profiles: [Profile]) throws(ApplyError) -> [String: BPFProgram] {
    var programs: [String: BPFProgram] = [:]
    var findings: [Finding] = []
    for profile in profiles {
      for mirror in profile.mirrors {
        guard let filter = mirror.selection.filter, programs[filter] == nil else { continue }
        do throws(KernelError) {
          programs[filter] = try kernel.program(for: filter)
        } catch {
          let owner = Owner(profile: profile.name, subject: .mirror(mirror.name))
          findings.append(Finding(owner: owner, kind: .refused, message: error.description))
        }
      }
    }
    guard findings.isEmpty else { throw .refused(findings) }
    return programs
  }

  private func undo(
    _ steps: [Step], of proposal: Proposal, after failure: KernelError
  ) throws(ApplyError) {
    let way = Plan.undoing(steps, from: proposal.compilation.current).steps
    let execution = kernel.perform(way) { false }
    guard let second = execution.failure else { return }
    let done = Set(execution.done)
    throw .rollbackFailed(failure, undone: second, remaining: way.filter { !done.contains($0) })
  }

  /// A slot that cannot be read is no obstacle if the change replaces or removes what it holds.
  private func checkDamage(
    _ observation: Observation, _ profiles: [Profile], _ change: Change
  ) throws(ApplyError) {
    if case .clear = change { return }
    let covered = Set(MirrorCompiler(profiles, on: observation.snapshot).owners.map(\.fingerprint))
    let lost = observation.damaged.filter { !covered.contains($0.value) }.keys.sorted()
    if !lost.isEmpty { throw .damagedRecords(lost) }
  }
}
