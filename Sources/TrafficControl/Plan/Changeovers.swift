/// How copies change over between the filters of a hook and the tcx program there, so that each frame is copied by one of both.
///
/// tcx programs see a frame before filters do. The program that comes marks each frame. Meanwhile filters that go match frames without
/// its mark, and filters that come match frames with it. When it is attached, which waits until the frames under way are through, the
/// former ones have nothing more to do and the latter ones all: these go, those lose their guard, and at last the program stops to
/// mark, or, where there is none to be, goes.
///
/// Only filters of cls_bpf can be guarded in place.
struct Changeovers {
  /// The filters of the old state, as they are when programs change.
  private(set) var filters: [FilterKey: Filter]
  /// The programs that come: those of the new state, but where filters are guarded one that marks frames.
  private(set) var programs: [HookPoint: CopyProgram]
  /// What is to be done to filters before programs change.
  private(set) var preparations: [Step] = []

  private let old: KernelState
  private let new: KernelState
  /// Filters of the old state at interfaces whose programs change.
  private var occupants: [String: [Filter]] = [:]

  /// - Parameter wanted: the programs of the new state, as far as they can be brought about.
  init(from old: KernelState, to new: KernelState, programs wanted: [HookPoint: CopyProgram]) {
    (self.old, self.new) = (old, new)
    filters = old.filters
    programs = wanted
    let points = old.programs.keysOfDifferences(to: wanted)
    guard !points.isEmpty else { return }
    let devices = Set(points.map(\.device))
    occupants = Dictionary(
      grouping: old.filters.values.filter { devices.contains($0.key.point.device) }, by: \.key.point.device)
    let arrived = new.filters.keys.filter { old.filters[$0] == nil && devices.contains($0.point.device) }
    let keys = Dictionary(grouping: occupants.values.flatMap { $0.map(\.key) } + arrived, by: \.point)
    for point in points {
      let isGuarded = (keys[point] ?? []).sorted().reduce(false) { prepare($1) || $0 }
      if isGuarded { programs[point] = (wanted[point] ?? CopyProgram(point, sections: [])).marking }
    }
  }

  /// - Returns: whether the filter is guarded from now on.
  private mutating func prepare(_ key: FilterKey) -> Bool {
    let hasFormer = old.programs[key.point] != nil
    switch (old.filters[key], new.filters[key]) {
    case (let before?, let after?) where isActive(before):
      // What a killed change has left, and only those.
      if before.isGuarded, before.isReplaceable(by: after) { replace(before, by: after) }
    case (let before?, let after?):
      guard hasFormer, before.isReplaceable(by: after), let guarded = after.guarded(.marked) else { return false }
      replace(before, by: guarded)
      return true
    case (let before?, nil) where isActive(before):
      guard programs[key.point] != nil, let guarded = before.guarded(.unmarked) else { return false }
      replace(before, by: guarded)
      return true
    case (let before?, nil):
      preparations.append(.remove(.filter(before)))
      filters[key] = nil
    case (nil, let after?):
      guard hasFormer, hasRoom(for: after), let guarded = after.guarded(.marked) else { return false }
      preparations.append(.add(.filter(guarded)))
      filters[key] = guarded
      return true
    case (nil, nil): break
    }
    return false
  }

  /// A guard that is there already is replaced as well: it waits for a program that a killed change would have attached.
  private mutating func replace(_ filter: Filter, by other: Filter) {
    preparations.append(.change(from: .filter(filter), to: .filter(other)))
    filters[filter.key] = other
  }

  /// Whether a filter of the old state matches frames that the program there has seen to.
  private func isActive(_ filter: Filter) -> Bool {
    guard case .guarded(_, let condition) = filter.classifier else { return true }
    let isMarked = old.programs[filter.key.point]?.isMarking ?? false
    return condition == (isMarked ? .marked : .unmarked)
  }

  /// Whether a filter can be added while those of the old state are there.
  private func hasRoom(for filter: Filter) -> Bool {
    (occupants[filter.key.point.device] ?? []).allSatisfy { other in
      other.key.preference != filter.key.preference
        || (other.key.point == filter.key.point && other.classifier.kind == filter.classifier.kind
          && other.frameProtocol == filter.frameProtocol)
    }
  }
}

extension Filter {
  fileprivate var isGuarded: Bool { if case .guarded = classifier { true } else { false } }

  /// The same filter with a guard; `nil` where it cannot have one.
  fileprivate func guarded(_ condition: Guard) -> Filter? {
    let program: BPFProgram?
    switch classifier {
    case .bpf(let classic): program = classic
    case .guarded(let classic, _): program = classic
    default: return nil
    }
    // Hardware takes no such program.
    guard let program, program.result == .match, offload != .require,
      GuardedProgram(program, condition, PassageMark(secret: 0), at: key.point.hook) != nil
    else { return nil }
    var filter = self
    filter.classifier = .guarded(program, condition)
    return filter
  }
}
