import NetworkTypes

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
  /// How the routes lead to an address; a missing entry: there is no route, or nobody asked.
  public var routes: [IPAddress: Route] = [:]
  public var features: Set<Feature> = Set(Feature.allCases)

  public init() {}
}

/// How the kernel reaches an address (`ip route get`).
public struct Route: Hashable, Sendable {
  /// `RTA_OIF`
  public var interface: String
  /// `RTA_PREFSRC`: the address that packets go out with.
  public var source: IPAddress?
  /// `RTAX_MTU`, set or learned; `nil`: that of the interface.
  public var mtu: UInt32?

  public init(interface: String, source: IPAddress? = nil, mtu: UInt32? = nil) {
    self.interface = interface
    self.source = source
    self.mtu = mtu
  }
}

/// A filter that is not ours.
public struct ForeignFilter: Hashable, Sendable {
  public var preference: UInt16
  public var chain: UInt32
  public var kind: String

  public init(preference: UInt16, chain: UInt32 = 0, kind: String) {
    self.preference = preference
    self.chain = chain
    self.kind = kind
  }
}
