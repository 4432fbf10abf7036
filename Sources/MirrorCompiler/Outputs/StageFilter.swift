import NetworkTypes
import TrafficControl

/// One filter on a device of ours, where frames are copies and may be changed.
struct StageFilter {
  var frameProtocol: EtherType = .all
  var classifier: Classifier
  /// Empty only for a classifier that gives the verdict itself.
  var actions: [Action] = []
  /// Where it has its place whatever other filters there are; `nil`: behind the one before.
  var preference: UInt16?

  /// What the kernel must have for it.
  var features: Set<Feature> {
    let classifierFeature: Feature =
      switch classifier {
      case .matchall: .matchall
      case .u32MatchAll: .u32
      case .flower: .flower
      case .bpf: .bpf
      case .guarded, .edit: .ebpf
      }
    return Set([classifierFeature] + (actions.contains { $0.key.kind == .vlan } ? [.vlan] : []))
  }
}

extension KernelState {
  /// Adds filters to a device of ours, one after another.
  ///
  /// - Parameter preference: of the first without one of its own; each is used at one hook of a device only, see ``FilterPlacement``.
  mutating func addStage(_ point: HookPoint, _ filters: [StageFilter], from preference: UInt16 = 1) {
    var next = preference
    for filter in filters {
      for action in filter.actions { insert(action) }
      let handle = filter.actions.isEmpty ? Filter.dropHandle : 1
      let place = filter.preference ?? next
      insert(
        Filter(
          key: FilterKey(point, preference: place, handle: handle), frameProtocol: filter.frameProtocol,
          classifier: filter.classifier, actions: filter.actions.map(\.key)))
      next = place + 1
    }
    qdiscs.insert(point.device)
  }
}
