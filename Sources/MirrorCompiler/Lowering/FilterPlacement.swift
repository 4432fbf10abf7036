import MirrorModel
import TrafficControl

/// Gives filters their preferences and handles: those that the kernel shows for them, else free ones.
///
/// A preference is used at one hook of a device only: cls_u32 keeps one list of tables for all hooks of a qdisc, and a dump
/// of one hook shows the filters of both that have the same preference.
struct FilterPlacement {
  /// Ours start here; each classifier kind needs a preference of its own.
  static let firstPreference: UInt16 = 512
  /// Where the kernel begins to count down for filters that come without a preference (tcf_auto_prio, net/sched/cls_api.c).
  static let automaticPreference: UInt16 = 49152
  private let snapshot: HostSnapshot
  private let hooks: [HookFilters]
  private let own: [HookPoint: [Filter]]
  /// The lowest preference of filters that may keep frames from those behind them; ours go before it where there is room.
  private let obstacles: [HookPoint: UInt16]
  /// By interface; `nil` as long as no filter has needed a new place. A lazy property would be copied with each change.
  private var taken: [String: Set<UInt16>]?
  /// What filters are to bind at each hook.
  private lazy var wanted = actionsByHook
  /// Filters of the kernel that have been given to another action.
  private var inherited: Set<FilterKey> = []

  init(_ snapshot: HostSnapshot, wanted hooks: [HookFilters] = []) {
    self.snapshot = snapshot
    self.hooks = hooks
    obstacles = snapshot.foreignFilters.reduce(into: [:]) { lowest, entry in
      lowest[entry.key] = entry.value.filter { $0.hidesFrames(at: entry.key.hook) }.map(\.preference).min()
    }
    own = Dictionary(grouping: snapshot.own.filters.values, by: \.key.point).mapValues { filters in
      filters.count == 1 ? filters : filters.sorted { $0.key < $1.key }
    }
  }

  /// By interface.
  private var preferencesInUse: [String: Set<UInt16>] {
    var preferences: [String: Set<UInt16>] = [:]
    for (point, filters) in snapshot.foreignFilters {
      preferences[point.device, default: []].formUnion(filters.map(\.preference))
    }
    for key in snapshot.own.filters.keys { preferences[key.point.device, default: []].insert(key.preference) }
    return preferences
  }

  private var actionsByHook: [HookPoint: Set<ActionKey>] {
    var actions: [HookPoint: Set<ActionKey>] = [:]
    for hook in hooks { actions[hook.point, default: []].formUnion(hook.decisions.map(\.action)) }
    return actions
  }

  /// The preference of the filters of one kind that bind an action, at a hook.
  mutating func preference(for hook: HookFilters, kind: String, binding action: ActionKey) -> UInt16 {
    let point = hook.point
    guard let present = present(for: hook, kind: kind, binding: action) else {
      return hook.order == .first ? early(at: point) : late(at: point)
    }
    return switch hook.order {
    case .first: ahead(of: present, at: point) ?? present
    case .last: behind(present, at: point) ?? present
    }
  }

  /// That of filters in the kernel whose place these take.
  private mutating func present(for hook: HookFilters, kind: String, binding action: ActionKey) -> UInt16? {
    let known = own[hook.point]?.first {
      $0.classifier.kind == kind && $0.actions.contains(action) && hook.order.fits($0.key.preference)
    }
    if let known { return known.key.preference }
    guard let predecessor = predecessor(for: hook, kind: kind, binding: action) else { return nil }
    inherited.insert(predecessor)
    return predecessor.preference
  }

  /// The usual one, or one before the first filter that hides frames.
  private mutating func early(at point: HookPoint) -> UInt16 {
    let usual = Self.firstPreference..<32768
    guard let obstacle = obstacles[point] else { return claim(usual, at: point) ?? Self.firstPreference }
    return claim(usual.clamped(to: 0..<obstacle), at: point)
      ?? claim((1..<min(max(obstacle, 1), Self.firstPreference)).reversed(), at: point)
      ?? claim(usual, at: point) ?? Self.firstPreference
  }

  /// One behind all filters of other tools, else the last that is free.
  private mutating func late(at point: HookPoint) -> UInt16 {
    behind(nil, at: point) ?? claim((1..<UInt16.max).reversed(), at: point) ?? Self.firstPreference
  }

  /// A free preference behind all filters of other tools, also those that come without a preference, if a preference is not
  /// behind them anyhow; `nil`: there is no need, or no room.
  private mutating func behind(_ preference: UInt16?, at point: HookPoint) -> UInt16? {
    let last = snapshot.foreignFilters[point]?.map(\.preference).max() ?? 0
    if let preference, last <= preference { return nil }
    return claim((max(last, Self.automaticPreference)...UInt16.max).dropFirst(), at: point)
  }

  /// A free preference before the first filter that hides frames, if that is not behind a preference anyhow; `nil`: there is no
  /// need, or no room.
  private mutating func ahead(of preference: UInt16, at point: HookPoint) -> UInt16? {
    guard let obstacle = obstacles[point], obstacle <= preference else { return nil }
    return claim((1..<max(obstacle, 1)).reversed(), at: point)
  }

  /// Filters of the same mirror whose actions are wanted no more: others with other actions take their place at once, so that no
  /// frame is copied twice, or not at all, in between.
  private mutating func predecessor(for hook: HookFilters, kind: String, binding action: ActionKey) -> FilterKey? {
    guard kind == "bpf" || kind == "flower", let filters = own[hook.point] else { return nil }
    let slot = ActionIndex.slot(of: action.index)
    let preferences = Dictionary(grouping: filters.filter { $0.classifier.kind == kind }, by: \.key.preference)
    let wanted = wanted[hook.point] ?? []
    return preferences.sorted { $0.key < $1.key }.first { preference, filters in
      let actions = filters.flatMap(\.actions)
      let copying = actions.filter { ActionIndex.role(of: $0.index) != Role.skip }
      return hook.order.fits(preference) && !filters.contains { inherited.contains($0.key) || $0.actions.count != 1 }
        && actions.allSatisfy { ActionIndex.slot(of: $0.index) == slot }
        && !copying.isEmpty && wanted.isDisjoint(with: copying)
    }?.value.first?.key
  }

  /// The preference for a classic BPF filter that comes after those of other tools; its last action tells whose it is.
  mutating func latePreference(at point: HookPoint, program: BPFProgram, ending action: ActionKey? = nil) -> UInt16 {
    let known = own[point]?.first {
      $0.key.preference > 32768 && $0.classifier == .bpf(program) && $0.actions.last == action
    }
    return known?.key.preference ?? claim((Self.automaticPreference + 1...UInt16.max).reversed(), at: point)
      ?? Self.firstPreference
  }

  /// The handle that a flower filter of a preference has in the kernel for the same match, or a free one.
  func flowerHandles(for matches: [FlowerMatch], at point: HookPoint, preference: UInt16) -> [FlowerMatch: UInt32] {
    var handles: [FlowerMatch: UInt32] = [:]
    var used: Set<UInt32> = []
    for filter in own[point] ?? [] where filter.key.preference == preference {
      used.insert(filter.key.handle)
      if case .flower(let match) = filter.classifier, matches.contains(match) { handles[match] = filter.key.handle }
    }
    var next: UInt32 = 1
    for match in matches where handles[match] == nil {
      while used.contains(next) { next += 1 }
      handles[match] = next
      used.insert(next)
    }
    return handles
  }

  /// The first one that is free.
  private mutating func claim(_ candidates: some Sequence<UInt16>, at point: HookPoint) -> UInt16? {
    if taken == nil { taken = preferencesInUse }
    let used = taken?[point.device] ?? []
    guard let preference = candidates.first(where: { !used.contains($0) }) else { return nil }
    taken?[point.device, default: []].insert(preference)
    return preference
  }
}

extension FilterOrder {
  /// Whether filters with a preference are on the right side of all that other tools usually have.
  fileprivate func fits(_ preference: UInt16) -> Bool {
    switch self {
    case .first: preference < 32768
    case .last: preference > FilterPlacement.automaticPreference
    }
  }
}
