import NetworkTypes
import TrafficControl

/// What one owner adds to the desired state before its hooks are known.
struct Assembly {
  /// Devices of the owner and all that is on them, and actions that exist whether or not a hook binds them.
  var state = KernelState()
  /// Actions that are wanted if a filter binds them or the kernel has them already, so that their counters go on.
  var candidates: [Action] = []
  /// What the selected ports have to do; one for each output and kind of hook.
  var targets: [Hook: [Target]] = [:]
  /// The targets to use at one side of one port instead.
  var targetsByTap: [TapPlace: [Target]] = [:]
  /// Packets that are copies already, where the hooks have to tell.
  var excludedTunnel: TunnelGuard?
  /// Bridge ports that take no frames but the copies.
  var reservedPorts: [String] = []
  /// The ports that a VLAN is sent to, and how; mirrors for which this is equal have one destination.
  var vlanPorts = ""
  var outputs: [MirrorReport.Output] = []
  var reasons: [String] = []
  var warnings: [String] = []

  struct TapPlace: Hashable {
    var port: String
    var side: Side
  }

  /// Adds filters to a device of ours, one after another, from preference 1 on.
  mutating func addStage(_ point: HookPoint, _ filters: [(EtherType, Classifier, [Action])]) {
    for (number, filter) in filters.enumerated() {
      for action in filter.2 { state.insert(action) }
      let isVerdict = filter.2.isEmpty
      let handle = isVerdict ? Filter.dropHandle : 1
      state.insert(
        Filter(
          key: FilterKey(point, preference: UInt16(number + 1), handle: handle), frameProtocol: filter.0,
          classifier: filter.1, actions: filter.2.map(\.key)))
    }
    state.qdiscs.insert(point.device)
  }
}

extension Interface {
  /// Why copies would not leave by it; `nil`: they would.
  var outageReason: String? {
    if !isUp { return "output \(name) is down" }
    if !hasCarrier { return "output \(name) has no carrier" }
    return nil
  }
}
