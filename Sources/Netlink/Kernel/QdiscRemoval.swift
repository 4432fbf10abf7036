import TrafficControl

/// A part of a plan, by how it is put to the kernel.
enum PlanSection {
  /// The filters of one interface that go, none perhaps, and behind them its qdisc.
  case qdiscRemoval(ArraySlice<Step>)
  /// Anything else.
  case others(ArraySlice<Step>)

  /// All of a plan's steps, in order.
  static func split(_ steps: [Step]) -> [PlanSection] {
    var sections: [PlanSection] = []
    var (others, next) = (0, 0)
    while next < steps.count {
      let removal = qdiscRemoval(in: steps[next...])
      guard !removal.isEmpty else {
        next = max(next + 1, endOfFilters(in: steps[next...]))
        continue
      }
      if others < next { sections.append(.others(steps[others..<next])) }
      sections.append(.qdiscRemoval(removal))
      next = removal.endIndex
      others = next
    }
    if others < next { sections.append(.others(steps[others...])) }
    return sections
  }

  /// The filters of an interface at the beginning of steps, and its qdisc behind them; empty: they do not begin with such.
  private static func qdiscRemoval(in steps: ArraySlice<Step>) -> ArraySlice<Step> {
    let end = endOfFilters(in: steps)
    guard end < steps.endIndex, case .remove(.qdisc(let device)) = steps[end], device == steps.first?.device else {
      return []
    }
    return steps[steps.startIndex...end]
  }

  /// Where the removals of filters end that are of the same interface as the first.
  private static func endOfFilters(in steps: ArraySlice<Step>) -> Int {
    let device = steps.first?.device
    return steps.firstIndex { step in
      if case .remove(.filter(let filter)) = step { filter.key.point.device != device } else { true }
    } ?? steps.endIndex
  }
}

extension LinuxKernel {
  /// Removes a qdisc, and with it the filters at its hooks, by one request.
  ///
  /// Right before that the kernel is asked whether the qdisc still carries our mark and whether other tools have filters there: since
  /// the look somebody may have put a qdisc of his own there, or have come to use ours. Such a qdisc stays, its
  /// step is not done, and our filters go one by one.
  func removeQdisc(
    _ steps: ArraySlice<Step>, _ handles: inout HandleLookup, _ execution: inout Execution
  ) throws(KernelError) {
    guard let first = steps.first, let device = first.device else { return }
    let index: UInt32
    do throws(NetlinkFailure) { index = try table.index(device) } catch { throw KernelError(error, step: first) }
    if isMarked(index), try !hasForeignFilters(index, device, besides: steps) {
      let result = socket.transact([QdiscRequest.remove(interface: index)])
      handles.forget(index)
      if let outcome = result.outcomes.first { note(outcome, of: steps, result.failure, &execution) }
      return
    }
    execution.isShown = false
    try perform(steps.dropLast(), &handles, &execution) { false }
  }

  /// Takes a qdisc off again that could not be marked, unless somebody uses it already.
  func takeBack(qdiscOf device: String, _ index: UInt32) {
    guard let isUsed = try? hasForeignFilters(index, device, besides: []), !isUsed else { return }
    _ = socket.transact([QdiscRequest.remove(interface: index)])
  }

  private func isMarked(_ interface: UInt32) -> Bool {
    if case .done = socket.transact([QdiscRequest.findMark(interface: interface)], endedBy: .reply).outcomes.first {
      return true
    }
    return false
  }

  /// Whether filters are at the hooks of an interface that neither carry our mark nor are among those that go.
  private func hasForeignFilters(
    _ interface: UInt32, _ device: String, besides steps: ArraySlice<Step>
  ) throws(KernelError) -> Bool {
    let going = Set(steps.compactMap(\.filterKey))
    for hook in Hook.allCases {
      let point = HookPoint(device, hook)
      for record in try socket.filters(interface, hook) where !record.isMarked {
        guard let filter = record.filter(at: point), going.contains(filter.key) else { return true }
      }
    }
    return false
  }
}

extension Step {
  fileprivate var filterKey: FilterKey? { if case .filter(let filter) = object { filter.key } else { nil } }
}
