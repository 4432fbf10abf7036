/// What one network namespace holds at one moment: all that the compiler may look at.
public struct HostSnapshot: Sendable {
  /// By name.
  public var interfaces: [String: Interface] = [:]
  /// What of it is ours.
  public var own = KernelState()
  /// Those of our filters that hardware runs (`TCA_CLS_FLAGS_IN_HW`).
  public var filtersInHardware: Set<FilterKey> = []
  /// Filters of other tools on the clsact and ingress hooks.
  public var foreignFilters: [HookPoint: [ForeignFilter]] = [:]
  /// Actions of other tools whose index is in our range.
  public var foreignActions: Set<ActionKey> = []
  /// Counters of our actions.
  public var statistics: [ActionKey: ActionStatistics] = [:]
  /// How packets leave the host; a missing entry: there is no route, or nobody asked.
  public var routes: [RouteQuestion: Route] = [:]
  /// Interfaces that the host's own packets can leave by; found out only where packets inside packets may leave by any of them.
  public var addressedInterfaces: Set<String> = []
  /// tcx programs of other tools; found out only where they may matter.
  public var tcxPrograms: [HookPoint: [TCXProgram]] = [:]
  /// The names of interfaces where others may be about to add a qdisc: they have just come, or one of ours has been taken away.
  public var newcomers: Set<String> = []
  public var features: Set<Feature> = Set(Feature.allCases)

  public init() {}

  /// Whether a qdisc at an interface is still for others to add.
  public func leavesAlone(_ interface: String) -> Bool {
    newcomers.contains(interface) && interfaces[interface]?.classifierQdisc == Interface.ClassifierQdisc.none
  }
}
