import MirrorCompiler
import TrafficControl

/// What hardware has taken of the filters that a mirror has at the hooks of selected ports.
public struct HardwareShare: Hashable, Sendable {
  /// Filters that hardware runs.
  public var inHardware = 0
  /// All of them.
  public var filters = 0

  /// - Parameter filters: the mirror's, without those on our own devices.
  init(_ filters: [Filter], in snapshot: HostSnapshot) {
    self.filters = filters.count
    inHardware = filters.count { snapshot.filtersInHardware.contains($0.key) }
  }

  /// Why a mirror that requires hardware is degraded.
  var reasons: [String] {
    inHardware == filters
      ? [] : ["hardware runs \(inHardware) of \(filters) filters, and nothing else may run the rest"]
  }
}

extension KernelState {
  /// The first of the filters that nobody but hardware may run and that no hardware runs: cls_u32 takes such filters on any
  /// interface (u32_replace_hw_knode, net/sched/cls_u32.c), and they never match anything.
  func idleFilter(in snapshot: HostSnapshot) -> Filter? {
    filters.values.filter { $0.offload == .require && !snapshot.filtersInHardware.contains($0.key) }
      .min { $0.key < $1.key }
  }

  /// Where a step was to get filters into hardware.
  func hardwarePoints(of step: Step) -> [HookPoint] {
    switch step.object {
    case .filter(let filter): [filter.key.point]
    case .action(let action): Set(filters.values.filter { $0.actions.contains(action.key) }.map(\.key.point)).sorted()
    case .device, .qdisc, .bridgePort, .program: []
    }
  }
}

extension KernelError {
  /// The kernel took a filter without having hardware for it.
  static func idle(_ filter: Filter) -> KernelError {
    KernelError(
      cause: .notInHardware, request: Step.add(.filter(filter)).request,
      text: "the kernel took the filter, but the hardware of \(filter.key.point.device) did not")
  }
}

extension MirrorController.Proposal {
  /// What a failed step means; one that was for hardware is said with the hooks that it was for.
  func refusal(_ failure: KernelError, of step: Step?) -> ApplyError {
    guard let step else { return .kernel(failure, mirrors: []) }
    var failure = failure
    let points = failure.cause == .notInHardware ? compilation.desired.hardwarePoints(of: step) : []
    if !points.isEmpty { failure.text += " (for \(points.map(\.description).joined(separator: ", ")))" }
    return .kernel(failure, mirrors: compilation.mirrors(behind: step))
  }
}
