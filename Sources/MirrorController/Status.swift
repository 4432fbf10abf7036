import MirrorCompiler
import MirrorModel
import TrafficControl

/// How the installed mirrors fare, told from the kernel alone.
public struct Status: Sendable {
  public struct Mirror: Sendable {
    public var report: MirrorReport
    public var counters: Counters
    public var hardware: HardwareShare
    /// The kernel objects that the mirror has or should have, by the slot in their action indexes.
    public var objects: [KernelObject]
    /// What would have to be done for the kernel to hold what the mirror needs.
    public var drift: [Step]
    /// Who sees to it that its profile stays in force.
    public var keeper: Profile.Keeper
  }

  /// What a profile asks of a bridge, with mirrors or without.
  public struct Bridge: Sendable {
    public var profile: String
    public var settings: BridgeSettings
    /// Who sees to it that its profile stays in force.
    public var keeper: Profile.Keeper
  }

  public var mirrors: [Mirror]
  /// By profile and name.
  public var bridges: [Bridge]

  public init(mirrors: [Mirror], bridges: [Bridge] = []) {
    self.mirrors = mirrors
    self.bridges = bridges
  }

  init(_ proposal: (observation: Observation, compilation: Compilation, plan: Plan)) {
    let drift = Self.drift(proposal.plan, proposal.compilation)
    let keepers = Dictionary(proposal.observation.profiles.map { ($0.name, $0.keeper) }) { first, _ in first }
    let snapshot = proposal.observation.snapshot
    bridges = proposal.observation.profiles.flatMap { profile in
      profile.bridges.sorted { $0.name < $1.name }.map {
        Bridge(profile: profile.name, settings: $0, keeper: profile.keeper)
      }
    }
    var own = snapshot.own
    // The kernel shows no programs; what they are has been found out.
    own.programs = proposal.compilation.current.programs
    let contents = SlotContents.all(in: own)
    let devices = snapshot.own.devicesByInterface
    mirrors = proposal.compilation.mirrors.map { report in
      var report = report
      let content = contents[report.slot] ?? SlotContents()
      let steps = drift[report.slot] ?? []
      if case let count = steps.count, count > 0, report.mirror.administrativeState == .enabled {
        report.reasons.append(
          "\(count) kernel object\(count == 1 ? " differs" : "s differ") from what the mirror needs: apply its profile again"
        )
      }
      let hardware = HardwareShare(content.filters.filter { devices[$0.key.point.device] == nil }, in: snapshot)
      if report.mirror.offload == .require, report.mirror.administrativeState == .enabled {
        report.reasons += hardware.reasons
      }
      return Mirror(
        report: report, counters: Counters(content.actions, in: snapshot), hardware: hardware,
        objects: content.objects(devices), drift: steps,
        keeper: keepers[report.owner.profile] ?? .command)
    }
  }

  /// Steps that would be needed, by slot.
  private static func drift(_ plan: Plan, _ compilation: Compilation) -> [UInt16: [Step]] {
    var steps: [UInt16: [Step]] = [:]
    for step in plan.steps {
      // A device does not tell whose it is: a tunnel may serve several mirrors.
      let slots = if case .device = step.object { compilation.slots(behind: step) } else { step.object.slots }
      for slot in slots { steps[slot, default: []].append(step) }
    }
    return steps
  }
}

extension MirrorController {
  /// - Throws: what keeps the installed profiles from being understood.
  public func status() throws(ApplyError) -> Status {
    let proposal = try propose(.none)
    return Status((proposal.observation, proposal.compilation, proposal.plan))
  }
}
