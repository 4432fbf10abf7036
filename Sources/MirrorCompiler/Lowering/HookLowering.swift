import TrafficControl

/// Turns what a destination wants of a hook into filters of the classifiers that the kernel has.
struct HookLowering {
  let features: Set<Feature>
  var placement: FilterPlacement

  init(_ snapshot: HostSnapshot) {
    features = snapshot.features
    placement = FilterPlacement(snapshot)
  }

  /// The filters of one program.
  mutating func filters(for program: HookProgram) throws(Finding) -> [Filter] {
    let tap = program.tap
    guard let frames = tap.frames else { throw hiddenVLAN(tap) }
    if program.needsInputDevice {
      guard frames.isEverything else {
        throw Finding(
          owner: tap.owner, kind: .unsupportedYet,
          message: "\(tap.port.name) would need a filter for both the VLAN and the port that a frame came in by; "
            + "that is not supported yet: select whole ports, or one side only")
      }
      return try byInputDevice(program)
    }
    let classifier = try classifier(for: frames, owner: tap.owner, place: tap.port.name)
    return [place(classifier, at: tap.point, action: tap.target.copy)]
  }

  /// A classifier for the frames, the cheapest that the kernel has.
  func classifier(for frames: FrameMatch, owner: Owner, place: String) throws(Finding) -> Classifier {
    if frames.isEverything { return try everything(owner: owner) }
    guard features.contains(.bpf) else { throw missing(.bpf, for: "selecting frames", owner: owner) }
    guard let program = frames.program else {
      throw Finding(
        owner: owner, kind: .refused,
        message: "select_vlan has too many separate ranges for \(place): the kernel takes programs of 4096 instructions"
      )
    }
    return .bpf(program)
  }

  /// Matches every frame: matchall, else u32, else classic BPF.
  func everything(owner: Owner) throws(Finding) -> Classifier {
    if features.contains(.matchall) { return .matchall }
    if features.contains(.u32) { return .u32MatchAll }
    if features.contains(.bpf) { return .bpf(.matchAll) }
    throw missing(.matchall, for: "any mirror", owner: owner)
  }

  private mutating func place(_ classifier: Classifier, at point: HookPoint, action: ActionKey) -> Filter {
    let preference = placement.preference(at: point, kind: classifier.kind, binding: action)
    let handle = classifier == .u32MatchAll ? Filter.u32Handle : 1
    return Filter(
      key: FilterKey(point, preference: preference, handle: handle), classifier: classifier, actions: [action])
  }

  /// One preference of cls_flower: the first mask that hits decides and the next preference goes on, so that a frame can be
  /// passed over without hiding it from other tools. The filter for `lo`, by which nothing is ever bridged, keeps the mask
  /// of the input device in its place before the catch-all.
  private mutating func byInputDevice(_ program: HookProgram) throws(Finding) -> [Filter] {
    let tap = program.tap
    guard features.contains(.flower) else {
      throw missing(.flower, for: "copying a frame once where \(tap.port.name) sends it", owner: tap.owner)
    }
    var decisions: [(match: FlowerMatch, action: ActionKey)] = []
    switch program.ingress {
    case .only(let open):
      decisions += open.map { (FlowerMatch(inputDevice: $0), tap.target.copyByIngress[$0] ?? tap.target.copy) }
    case .any, .anyBut:
      var done: Set<String> = []
      if case .anyBut(let covered) = program.ingress { done = covered }
      let redirected = tap.target.copyByIngress.filter { !done.contains($0.key) && $0.key != tap.port.name }
      decisions += done.union(["lo"]).map { (FlowerMatch(inputDevice: $0), tap.target.skip) }
      decisions += redirected.map { (FlowerMatch(inputDevice: $0.key), $0.value) }
      decisions.append((FlowerMatch(), tap.target.copy))
    }
    guard features.contains(.gact) || !decisions.contains(where: { $0.action == tap.target.skip }) else {
      throw missing(.gact, for: "passing over frames that were copied before", owner: tap.owner)
    }
    let sorted = decisions.sorted {
      ($0.match.mask, $0.match.inputDevice ?? "") < ($1.match.mask, $1.match.inputDevice ?? "")
    }
    return placeFlower(sorted, at: tap.point)
  }

  private mutating func placeFlower(
    _ decisions: [(match: FlowerMatch, action: ActionKey)], at point: HookPoint
  ) -> [Filter] {
    guard let last = decisions.last else { return [] }
    let preference = placement.preference(at: point, kind: "flower", binding: last.action)
    let handles = placement.flowerHandles(for: decisions.map(\.match), at: point, preference: preference)
    return decisions.map { decision in
      Filter(
        key: FilterKey(point, preference: preference, handle: handles[decision.match] ?? 0),
        classifier: .flower(decision.match), actions: [decision.action])
    }
  }

  private func hiddenVLAN(_ tap: Tap) -> Finding {
    guard case .leaving(let untagged) = tap.classification else {
      return Finding(owner: tap.owner, kind: .refused, message: "the VLAN cannot be told at \(tap.port.name)")
    }
    let wanted = untagged.intersection(tap.vlans)
    return Finding(
      owner: tap.owner, kind: .refused,
      message:
        "\(tap.port.name) sends VLANs \(untagged) untagged, so VLAN \(wanted) cannot be told from the others where it "
        + "leaves: give the port one untagged VLAN (bridge vlan add … untagged), select all of them, or select the port as a source"
    )
  }
}

/// A kernel without the feature cannot do what the owner asks for.
func missing(_ feature: Feature, for purpose: String, owner: Owner) -> Finding {
  Finding(
    owner: owner, kind: .missingFeature(feature),
    message: "this kernel has no \(feature.summary), needed for \(purpose): it needs \(feature.kernelOption)")
}
