import CMnl
import TrafficControl

extension Step {
  /// Whether the answers to its request can tell all that a look at its outcome could.
  ///
  /// The echo (`NLM_F_ECHO`) of what puts a filter or an action there is the object as the kernel now holds it. What the kernel has
  /// removed is gone, and a clsact qdisc has no content. Whether hardware took a filter may be known only later. When a filter of
  /// cls_u32 is replaced, the kernel shows the one that it was (u32_change, net/sched/cls_u32.c); of cls_matchall it does so always,
  /// and shows nothing of a new one (mall_change, net/sched/cls_matchall.c).
  var canBeShown: Bool {
    switch self {
    case .change(_, .filter(let filter)) where filter.classifier == .u32MatchAll: false
    case .add(.filter(let filter)) where filter.classifier == .matchall: false
    case .add(.filter(let filter)), .change(_, .filter(let filter)): !filter.isEdit && filter.offload != .require
    case .add(.action), .change(_, .action), .add(.qdisc), .remove(.qdisc), .remove(.filter), .remove(.action): true
    case .add, .change, .remove: false
    }
  }

  /// Whether the kernel has something afterwards that it can show.
  var putsSomething: Bool {
    switch self {
    case .add, .change: true
    case .remove: false
    }
  }

  /// Whether the answers to a request show what its steps put there.
  static func areShown(_ steps: ArraySlice<Step>, by replies: [ReceivedMessage], _ table: InterfaceTable) -> Bool {
    switch steps.first {
    case .add(.action), .change(_, .action):
      let shown = replies.first { $0.type == RTM_NEWACTION }.flatMap { try? ActionRecord.list($0.payload) } ?? []
      return shown.map { $0.action(table) } == steps.map(\.action)
    case .add(.filter(let filter)), .change(_, .filter(let filter)):
      let shown = replies.first { $0.type == RTM_NEWTFILTER }.flatMap { try? FilterRecord.decode($0.payload) }
      return shown?.filter(at: filter.key.point) == filter
    default: return true
    }
  }
}
