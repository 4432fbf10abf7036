import TrafficControl

/// S40: finds what keeps frames from the filters of mirrors.
struct FilterReach {
  /// Of so many hooks it is told what is the matter.
  private static let mostHooks = 5
  private let snapshot: HostSnapshot
  /// Those of mirrors' filters at hooks where other tools have filters, the last of each mirror.
  private var preferences: [HookPoint: [Owner: UInt16]] = [:]

  init(_ snapshot: HostSnapshot) { self.snapshot = snapshot }

  mutating func add(_ filter: Filter, of owner: Owner) {
    let key = filter.key
    guard snapshot.foreignFilters[key.point] != nil else { return }
    let other = preferences[key.point]?[owner] ?? 0
    preferences[key.point, default: [:]][owner] = max(other, key.preference)
  }

  /// Filters that take every frame.
  func reasons(for unit: MirrorUnit) -> [String] {
    texts(for: unit, .everyFrame) { filter, point in
      let verb = filter.verdict == .unknown ? "may take" : "takes"
      let cause =
        unit.mirror.order == .last
        ? "as 'order: last' has it" : "and no preference before it is free: add it again with a higher one"
      return "\(filter.words) at \(point) \(verb) every frame before the mirror sees it, \(cause)"
    }
  }

  /// Filters that take some frames.
  func notes(for unit: MirrorUnit) -> [String] {
    texts(for: unit, .someFrames) { filter, point in
      "\(filter.words) at \(point) takes frames before the mirror sees them"
    }
  }

  /// Hooks where filters of others take every frame before the mirror sees it.
  func blindPoints(of unit: MirrorUnit) -> Set<HookPoint> {
    Set(
      obstacles(for: unit, .everyFrame).map(\.point).filter { snapshot.interfaces[$0.device]?.linkHeader == .ethernet })
  }

  private func texts(
    for unit: MirrorUnit, _ scope: ForeignFilter.Scope, _ text: (ForeignFilter, HookPoint) -> String
  ) -> [String] {
    Self.limited(obstacles(for: unit, scope).map { text($0.filter, $0.point) })
  }

  /// The first filter at each hook that keeps frames from the mirror's.
  private func obstacles(
    for unit: MirrorUnit, _ scope: ForeignFilter.Scope
  ) -> [(point: HookPoint, filter: ForeignFilter)] {
    guard !preferences.isEmpty else { return [] }
    let points = Set(unit.selected.map { $0.port.point($0.side) }).subtracting(unit.programPoints)
    return points.sorted().compactMap { point in
      guard let all = preferences[point] else { return nil }
      // Another mirror's filters may copy for it.
      let preference = all[unit.owner] ?? all.values.max() ?? 0
      return (snapshot.foreignFilters[point] ?? []).filter {
        $0.scope == scope && $0.preference <= preference && $0.hidesFrames(at: point.hook)
      }.min { $0.preference < $1.preference }.map { (point, $0) }
    }
  }

  static func limited(_ texts: [String]) -> [String] {
    guard texts.count > mostHooks else { return texts }
    return texts.prefix(mostHooks) + ["the same at \(texts.count - mostHooks) more hooks"]
  }
}

extension ForeignFilter {
  fileprivate var words: String {
    "the \(kind) filter \(name.map { "\($0) " } ?? "")of another tool with preference \(preference)"
  }
}
