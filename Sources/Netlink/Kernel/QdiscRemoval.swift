import TrafficControl

/// A part of a plan, by how it is put to the kernel.
enum PlanSection {
  /// Of each interface the filters that go, and behind them its qdisc; no more interfaces than messages go out at once.
  case qdiscRemovals([ArraySlice<Step>])
  /// Anything else.
  case others(ArraySlice<Step>)

  /// All of a plan's steps, in order.
  static func split(_ steps: [Step]) -> [PlanSection] {
    var sections: [PlanSection] = []
    var removals: [ArraySlice<Step>] = []
    var (others, next) = (0, 0)
    while next < steps.count {
      let removal = qdiscRemoval(in: steps[next...])
      if removal.isEmpty || removals.count == NetlinkSocket.batchLimit {
        if !removals.isEmpty { sections.append(.qdiscRemovals(removals)) }
        removals = []
      }
      if removal.isEmpty {
        next = max(next + 1, endOfFilters(in: steps[next...]))
      } else {
        if others < next { sections.append(.others(steps[others..<next])) }
        removals.append(removal)
        next = removal.endIndex
        others = next
      }
    }
    if !removals.isEmpty { sections.append(.qdiscRemovals(removals)) }
    if others < next { sections.append(.others(steps[others...])) }
    return sections
  }

  /// The filters of an interface at the beginning of steps, and its qdisc behind them; empty: they do not begin with such.
  private static func qdiscRemoval(in steps: ArraySlice<Step>) -> ArraySlice<Step> {
    let end = endOfFilters(in: steps)
    guard end > steps.startIndex, end < steps.endIndex, case .remove(.qdisc(let device)) = steps[end],
      device == steps.first?.device
    else { return [] }
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
  /// Removes qdiscs, and with each of them the filters at its hooks, which takes one request an interface.
  ///
  /// Right before that they are asked for their marks: somebody may have put a qdisc of his own there since the look. What has
  /// no mark, or is refused, is left to single requests, of which the first that is refused keeps the qdisc where it is.
  func removeQdiscs(
    _ removals: [ArraySlice<Step>], _ handles: inout HandleLookup, _ execution: inout Execution
  ) throws(KernelError) {
    let known = removals.compactMap { steps in
      steps.first?.device.flatMap { try? table.index($0) }.map { (steps: steps, index: $0) }
    }
    let marks = socket.transact(known.map { QdiscRequest.findMark(interface: $0.index) }, endedBy: .reply)
    let marked = zip(known, marks.outcomes).filter { if case .done = $0.1 { true } else { false } }.map(\.0)
    let result = socket.transact(marked.map { QdiscRequest.remove(interface: $0.index) })
    var settled: Set<Int> = []
    for ((steps, index), outcome) in zip(marked, result.outcomes) {
      handles.forget(index)
      if case .refused = outcome { continue }
      settled.insert(steps.startIndex)
      note(outcome, of: steps, result.failure, &execution)
    }
    for steps in removals where !settled.contains(steps.startIndex) && execution.failure == nil {
      try perform(steps, &handles, &execution) { false }
    }
  }
}
