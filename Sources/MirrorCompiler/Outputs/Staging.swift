import MirrorModel
import NetworkTypes
import TrafficControl

/// Finds the action for each decision of a mirror's hooks, and builds the stages that some of them need.
///
/// A stage is a dummy device on whose egress hook copies are sorted out, changed and sent on. There is one for each exit, and
/// for each set of frames that the hooks cannot tell by themselves.
struct Staging {
  let workshop: Workshop
  let exits: [String: Exit]
  let offload: OffloadPolicy
  let order: FilterOrder
  /// Where tcx programs make the copies.
  let programPoints: Set<HookPoint>

  init(_ unit: MirrorUnit) {
    programPoints = unit.programPoints
    workshop = unit.workshop
    offload = OffloadPolicy(unit.mirror.offload)
    order = unit.mirror.order
    exits = Dictionary(uniqueKeysWithValues: unit.assembly.exits.map { ($0.name, $0) })
  }

  /// What the hooks of a mirror do, and what it takes besides.
  struct Result {
    var hooks: [HookFilters] = []
    var state = KernelState()
    var candidates: [Action] = []
  }

  /// What tells the stages of a mirror apart.
  private struct Stage: Hashable {
    var exit: String
    /// What is let in.
    var frames: FrameMatch
    /// What copies start with when they get there.
    var linkHeader: Interface.LinkHeader
    /// What is to be given the tag of its VLAN.
    var unmarked: SwitchView.Unmarked?
  }

  /// How a copy gets to its exit; `nil` where none is made, or the exit is gone.
  private enum Path {
    case direct(Action)
    case stage(Stage)
  }

  func result(for programs: [HookProgram]) throws(Finding) -> Result {
    var paths: [[Path?]] = []
    for program in programs {
      var row: [Path?] = []
      for decision in program.decisions { row.append(try path(decision.verdict, of: program)) }
      paths.append(row)
    }
    let stages = Set(paths.joined().compactMap { if case .stage(let stage)? = $0 { stage } else { nil } })
    guard offload != .require || stages.isEmpty else {
      throw OffloadCheck.refusal(
        of: workshop.owner, "copies have to be sorted out or changed on a device of the kernel's own")
    }
    let names = try names(for: stages)
    // The only stage may have whatever went to another: one action is re-pointed then, and no hook changes.
    let new: Workshop.NewRole = names.count == 1 && exits.count == 1 ? .inherited : .free
    let roles = workshop.roles(for: names.values.sorted(), in: Role.stages, stride: 2, new: new)
    var result = Result()
    var entries: [Stage: [Hook: Action]] = [:]
    for (stage, name) in names.sorted(by: { $0.value < $1.value }) {
      guard let role = roles[name] else {
        throw Finding(owner: workshop.owner, kind: .refused, message: "it takes more stages than one mirror can have")
      }
      try add(stage, name, role, to: &result)
      entries[stage] = Dictionary(uniqueKeysWithValues: Hook.allCases.map { ($0, entry(name, role, $0)) })
    }
    result.candidates = entries.values.flatMap(\.values)
    for exit in exits.values { result.candidates += exit.direct.values + exit.tail.flatMap(\.actions) }
    let skip = workshop.action(Role.skip, .gact, .continue)
    result.candidates.append(skip)
    for (program, row) in zip(programs, paths) {
      var hook = HookFilters(
        program, skipping: skip.key, offload: offload, way: way(at: program.tap.point), order: order)
      for (decision, path) in zip(program.decisions, row) {
        let action =
          switch path {
          case .direct(let direct)?: direct
          case .stage(let stage)?: entries[stage]?[program.tap.point.hook] ?? skip
          case nil: skip
          }
        hook.decisions.append(.init(match: decision.match, frames: frames(at: program, decision), action: action.key))
      }
      if row.contains(where: { $0 != nil }) { result.hooks.append(hook) }
    }
    return result
  }

  /// Where all frames are treated alike, the hook itself tells the wanted ones.
  private func frames(at program: HookProgram, _ decision: HookProgram.Decision) -> FrameMatch {
    guard canTell(program), case .copy(let frames, _) = decision.verdict else { return .all }
    return frames
  }

  /// Whether the hook can tell frames itself: what has no Ethernet header yet is sorted out on the stage.
  private func canTell(_ program: HookProgram) -> Bool { program.isUniform && program.tap.linkHeader == .ethernet }

  private func way(at point: HookPoint) -> HookFilters.Way { programPoints.contains(point) ? .program : .filters }

  private func path(_ verdict: HookProgram.Verdict, of program: HookProgram) throws(Finding) -> Path? {
    guard case .copy(let frames, let name) = verdict else { return nil }
    guard let exit = exits[name] else { return nil }
    let unmarked = try exit.view?.unmarked(at: program.tap)
    let letsAllIn = canTell(program) || frames.isEverything
    let isPlain = letsAllIn && program.tap.linkHeader == .ethernet && exit.view?.changes(unmarked) != true
    // No action counts what a program sends.
    let isSent = way(at: program.tap.point) == .program
    if isPlain, let action = exit.direct[program.tap.point.hook], !(isSent && action.counts) { return .direct(action) }
    guard !exit.tail.isEmpty else { return nil }
    return .stage(
      Stage(exit: name, frames: letsAllIn ? .all : frames, linkHeader: program.tap.linkHeader, unmarked: unmarked))
  }

  /// Names that stay the same while a stage does, whatever other stages there are.
  private func names(for stages: Set<Stage>) throws(Finding) -> [Stage: String] {
    var names: [Stage: String] = [:]
    var taken: Set<UInt32> = []
    var described: [(text: String, stage: Stage)] = []
    for stage in stages {
      let programs = [
        try sieve(stage), stage.unmarked.flatMap { FrameMatch(tags: $0.tagless).program },
        stage.unmarked.flatMap { FrameMatch(tags: $0.prioritized).program },
      ]
      let vlan = stage.unmarked.map { "\($0.vlan)" } ?? (stage.linkHeader == .ethernet ? "" : "header")
      let shape = exits[stage.exit]?.shape ?? []
      let words = [stage.exit, vlan] + programs.map(Self.text) + (shape.isEmpty ? [] : ["\(shape.rawValue)"])
      described.append((words.joined(separator: ";"), stage))
    }
    for (text, stage) in described.sorted(by: { $0.text < $1.text }) {
      let hash = Fingerprint.of(text)
      var number = UInt32(truncatingIfNeeded: hash ^ hash >> 32) & 0xf_ffff
      while taken.contains(number) || number == 0 { number = (number + 1) & 0xf_ffff }
      taken.insert(number)
      names[stage] = DeviceName.stage(slot: workshop.slot, number)
    }
    return names
  }

  private static func text(_ program: BPFProgram?) -> String {
    (program?.instructions ?? []).map { "\($0.code) \($0.jumpTrue) \($0.jumpFalse) \($0.k)" }.joined(separator: ",")
  }

  private func add(_ stage: Stage, _ name: String, _ role: UInt32, to result: inout Result) throws(Finding) {
    guard let exit = exits[stage.exit] else { return }
    result.state.insert(Device(name: name, kind: .dummy, alias: workshop.alias))
    var filters = stage.linkHeader == .ethernet ? [] : try SyntheticHeader(workshop: workshop).filters()
    filters += try sieve(stage).map { [StageFilter(classifier: .bpf($0))] } ?? []
    filters += exit.view?.edits(stage.unmarked, role: role) ?? []
    filters += exit.tail
    for feature in Set(filters.flatMap(\.features)).union([.dummy]).sorted() {
      try workshop.require(feature, for: "sorting out and changing copies")
    }
    result.state.addStage(HookPoint(name, .egress), filters)
  }

  /// Lets in only the frames of the stage; `nil` if these are all.
  private func sieve(_ stage: Stage) throws(Finding) -> BPFProgram? {
    guard !stage.frames.isEverything else { return nil }
    guard let program = stage.frames.sieve else { throw tooLong(owner: workshop.owner, place: "one of its ports") }
    return program
  }

  /// The action by which a kind of hook sends copies to a stage.
  private func entry(_ stage: String, _ role: UInt32, _ hook: Hook) -> Action {
    let role = role + (hook == .ingress ? 0 : 1)
    return workshop.action(role, .mirred(Mirred(.mirror, to: stage)), .continue)
  }
}

extension Action {
  fileprivate var counts: Bool { if case .object(let role, _) = cookie.content { role.isCounter } else { false } }
}
