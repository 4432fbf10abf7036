import MirrorCompiler
import MirrorModel
import NetworkTypes
import TrafficControl

/// Brings a kernel to what profiles say: observe, compile, plan, apply, verify.
///
/// It keeps nothing between calls; whatever it needs to know it reads from the kernel.
public struct MirrorController<K: Kernel> {
  let kernel: K
  let parse: RecordParser
  /// Called whenever a part of the work is done: each look, each compilation and each request, but not at set times.
  let onProgress: () -> Void

  public init(kernel: K, parse: @escaping RecordParser, onProgress: @escaping () -> Void = {}) {
    self.kernel = kernel
    self.parse = parse
    self.onProgress = onProgress
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

  func look() throws(ApplyError) -> HostSnapshot {
    defer { onProgress() }
    do throws(KernelError) { return try kernel.snapshot() } catch { throw .observation(error) }
  }

  /// Has the kernel perform steps, and tells of the progress between its requests.
  func perform(_ steps: [Step], names: InterfaceNames = .ofNow, isInterrupted: () -> Bool) -> Execution {
    kernel.perform(steps, names: names) {
      onProgress()
      return isInterrupted()
    }
  }

  /// Works out what a change takes; changes nothing.
  public func propose(_ change: Change) throws(ApplyError) -> Proposal {
    var observation = try observe()
    let profiles = try change.profiles(from: observation.profiles)
    try checkDamage(observation, profiles, change)
    let compilation = try compile(profiles, on: &observation, change.strictness)
    return Proposal(observation, compilation)
  }

  /// Works out anew what some profiles take, in the middle of a change.
  func propose(_ profiles: [Profile], _ strictness: Change.Strictness) throws(ApplyError) -> Proposal {
    var observation = try observe()
    let compilation = try compile(profiles, on: &observation, strictness)
    return Proposal(observation, compilation)
  }

  /// A slot that cannot be read is no obstacle if the change replaces or removes what it holds.
  func checkDamage(
    _ observation: Observation, _ profiles: [Profile], _ change: Change
  ) throws(ApplyError) {
    if case .clear = change { return }
    let lost = observation.damagedSlots(besides: profiles)
    if !lost.isEmpty { throw .damagedRecords(lost) }
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
