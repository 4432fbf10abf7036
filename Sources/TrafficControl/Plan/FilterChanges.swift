/// How the filters of one state become those of another, hook by hook.
struct FilterChanges {
  /// Additions, replacements and the removals that make room for them, hook by hook in order.
  private var transitions: [(point: HookPoint, steps: [Step])] = []
  /// Filters that go without a successor.
  private var removals: [Filter] = []

  init(from old: [FilterKey: Filter], to new: [FilterKey: Filter]) {
    let different = old.keysOfDifferences(to: new)
    guard !different.isEmpty else { return }
    let recreated = Self.recreatedForMaskOrder(old, new)
    var rest = (recreated.isEmpty ? different : Set(different).union(recreated).sorted())[...]
    while let point = rest.first?.point {
      let keys = rest.prefix { $0.point == point }
      rest = rest.dropFirst(keys.count)
      var (steps, gone, arrived): ([Step], [Filter], [Filter]) = ([], [], [])
      for key in keys {
        switch (old[key], new[key]) {
        case (let before?, let after?) where before.isReplaceable(by: after) && !recreated.contains(key):
          steps.append(.change(from: .filter(before), to: .filter(after)))
        case (let before, let after):
          if let before { gone.append(before) }
          if let after { arrived.append(after) }
        }
      }
      steps += succeed(gone, by: arrived)
      if !steps.isEmpty { transitions.append((point, steps)) }
    }
  }

  func transitions(where isWanted: (HookPoint) -> Bool) -> [Step] {
    transitions.filter { isWanted($0.point) }.flatMap(\.steps)
  }

  func removals(where isWanted: (HookPoint) -> Bool) -> [Step] {
    removals.filter { isWanted($0.key.point) }.map { .remove(.filter($0)) }
  }

  /// A filter makes room for the first new one that binds the same actions or needs its place.
  private mutating func succeed(_ gone: [Filter], by arrived: [Filter]) -> [Step] {
    guard !arrived.isEmpty, !gone.isEmpty || arrived.count > 1 else {
      removals += gone
      return arrived.map { .add(.filter($0)) }
    }
    var steps: [Step] = []
    // In the opposite order of their creation, which is what undoing it then has (and what keeps the masks in theirs).
    var waiting = gone.sorted {
      ($0.key.preference, -$0.classifier.order, $0.key) < ($1.key.preference, -$1.classifier.order, $1.key)
    }
    let ordered = arrived.sorted {
      ($0.key.preference, $0.classifier.order, $0.key) < ($1.key.preference, $1.classifier.order, $1.key)
    }
    for filter in ordered {
      let predecessors = waiting.filter {
        $0.key.preference == filter.key.preference || !Set($0.actions).isDisjoint(with: filter.actions)
      }
      waiting.removeAll(where: predecessors.contains)
      steps += predecessors.map { .remove(.filter($0)) }
      steps.append(.add(.filter(filter)))
    }
    removals += waiting
    return steps
  }

  /// Flower filters that must be made anew although they stay, because a mask that is to be tried before theirs appears.
  ///
  /// The kernel tries the masks of one preference in the order of their creation (fl_classify, net/sched/cls_flower.c).
  private static func recreatedForMaskOrder(_ old: [FilterKey: Filter], _ new: [FilterKey: Filter]) -> Set<FilterKey> {
    var existing: [Place: Set<FlowerMatch.Mask>] = [:]
    for filter in old.values {
      if case .flower(let match) = filter.classifier, new[filter.key].map(filter.isReplaceable) == true {
        existing[Place(filter.key), default: []].insert(match.mask)
      }
    }
    var firstNew: [Place: FlowerMatch.Mask] = [:]
    for filter in new.values {
      guard case .flower(let match) = filter.classifier else { continue }
      let place = Place(filter.key)
      guard let masks = existing[place], !masks.contains(match.mask) else { continue }
      firstNew[place] = min(firstNew[place] ?? match.mask, match.mask)
    }
    var recreated: Set<FilterKey> = []
    for (key, filter) in new {
      guard case .flower(let match) = filter.classifier, let first = firstNew[Place(key)] else { continue }
      if old[key] != nil, first < match.mask { recreated.insert(key) }
    }
    return recreated
  }

  private struct Place: Hashable {
    var point: HookPoint
    var preference: UInt16

    init(_ key: FilterKey) {
      point = key.point
      preference = key.preference
    }
  }
}

extension Classifier {
  /// Within a preference, filters with smaller numbers are created first.
  fileprivate var order: Int {
    if case .flower(let match) = self { -match.mask.rank } else { 0 }
  }
}
