import TrafficControl

/// Turns what a destination wants of a hook into filters of the classifiers that the kernel has.
struct HookLowering {
  let features: Set<Feature>
  var placement: FilterPlacement
  /// Interfaces whose hardware may run filters.
  private let offloading: Set<String>
  /// Actions that go with cls_bpf only: with a policy of offloading other than auto, the kernel lets no other classifier bind
  /// an action that a program binds; see ``Filter/offloadOfActions``.
  private let programmed: Set<ActionKey>

  /// - Parameter hooks: all that there are.
  init(_ snapshot: HostSnapshot, _ hooks: [HookFilters]) {
    features = snapshot.features
    placement = FilterPlacement(snapshot, wanted: hooks)
    offloading = Set(snapshot.interfaces.values.filter { $0.filterOffload == .on }.map(\.name))
    let decisions = hooks.filter { $0.offload != .auto }.compactMap(\.uniform)
    programmed = Set(decisions.filter { !$0.frames.isEverything }.map(\.action))
  }

  /// The filters of one destination at one hook.
  mutating func filters(for hook: HookFilters) throws(Finding) -> [Filter] {
    var filters = try placed(hook)
    for index in filters.indices { filters[index].offload = hook.offload }
    return filters
  }

  private mutating func placed(_ hook: HookFilters) throws(Finding) -> [Filter] {
    if let only = hook.uniform {
      let isProgrammed = only.frames.isEverything && programmed.contains(only.action)
      let classifier = isProgrammed ? .bpf(.matchAll) : try classifier(for: only.frames, at: hook)
      return [place(classifier, at: hook, action: only.action)]
    }
    guard programmed.isDisjoint(with: hook.decisions.map(\.action)) else {
      throw Finding(
        owner: hook.owner, kind: .refused,
        message:
          "copying a frame once where \(hook.port.name) sends it takes a filter that the kernel does not combine with "
          + "those for VLANs or a filter expression while 'offload' is \(hook.offload.rawValue): use 'offload: auto'")
    }
    guard features.contains(.flower) else {
      throw missing(.flower, for: "copying a frame once where \(hook.port.name) sends it", owner: hook.owner)
    }
    guard features.contains(.gact) || hook.decisions.allSatisfy({ $0.action.kind != .gact }) else {
      throw missing(.gact, for: "passing over frames that were copied before", owner: hook.owner)
    }
    return placeFlower(hook)
  }

  /// A classifier for the frames: a program wherever there is a choice, for any other program can take its place at once.
  private func classifier(for frames: FrameMatch, at hook: HookFilters) throws(Finding) -> Classifier {
    if frames.isEverything { return try everything(at: hook) }
    guard features.contains(.bpf) else { throw missing(.bpf, for: "selecting frames", owner: hook.owner) }
    guard let program = frames.program else { throw tooLong(owner: hook.owner, place: hook.port.name) }
    return .bpf(program)
  }

  /// Matches every frame. Hardware that runs filters takes matchall, and hardly ever a program; and where hardware is spoken of,
  /// programs and other classifiers do not bind the same actions.
  private func everything(at hook: HookFilters) throws(Finding) -> Classifier {
    let isAboutHardware = hook.offload != .auto || offloading.contains(hook.port.name)
    if isAboutHardware, features.contains(.matchall) { return .matchall }
    if features.contains(.bpf) { return .bpf(.matchAll) }
    if features.contains(.matchall) { return .matchall }
    if features.contains(.u32) { return .u32MatchAll }
    throw missing(.matchall, for: "any mirror", owner: hook.owner)
  }

  private mutating func place(_ classifier: Classifier, at hook: HookFilters, action: ActionKey) -> Filter {
    let preference = placement.preference(for: hook, kind: classifier.kind, binding: action)
    let handle = classifier == .u32MatchAll ? Filter.u32Handle : 1
    return Filter(
      key: FilterKey(hook.point, preference: preference, handle: handle), classifier: classifier, actions: [action])
  }

  /// One preference of cls_flower: the first mask that hits decides and the next preference goes on, so that a frame can be
  /// passed over without hiding it from other tools.
  private mutating func placeFlower(_ hook: HookFilters) -> [Filter] {
    guard let last = hook.decisions.last else { return [] }
    let preference = placement.preference(for: hook, kind: "flower", binding: last.action)
    let handles = placement.flowerHandles(
      for: hook.decisions.map(\.match), at: hook.point, preference: preference)
    return hook.decisions.map { decision in
      Filter(
        key: FilterKey(hook.point, preference: preference, handle: handles[decision.match] ?? 0),
        classifier: .flower(decision.match), actions: [decision.action])
    }
  }
}

/// A program that the kernel does not take.
func tooLong(owner: Owner, place: String) -> Finding {
  Finding(
    owner: owner, kind: .refused,
    message:
      "what is to be told apart at \(place) takes a program of more than the 4096 instructions that the kernel takes: "
      + "use a shorter filter or fewer mirrors with one destination")
}

/// A kernel without the feature cannot do what the owner asks for.
func missing(_ feature: Feature, for purpose: String, owner: Owner) -> Finding {
  Finding(
    owner: owner, kind: .missingFeature(feature),
    message: "this kernel has no \(feature.summary), needed for \(purpose): it needs \(feature.kernelOption)")
}
