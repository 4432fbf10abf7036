import MirrorCompiler
import TrafficControl

extension Lab.Picture {
  /// The picture without what depends on what was there before: indexes of actions, slots in the names of devices, preferences
  /// and handles of filters, and in which place the records are.
  var meaning: [String] {
    let names = own.actions.mapValues { action in
      var content = action.cookie.content
      if case .object(.stepWithSecondRecord, let owner) = content { content = .object(.step, owner: owner) }
      return "\(action.key.kind) \(content) \(action.operation) \(action.control) \(action.offload)"
    }
    let filters = own.filters.values.map { filter in
      let actions = filter.actions.map { names[$0] ?? "no action" }
      return "filter \(filter.key.point) \(filter.frameProtocol) \(filter.classifier) \(filter.offload) \(actions)"
    }
    let devices = own.devices.values.map { "device \($0)" }
    let places = qdiscs.filter { $0.value != .none }.map { "qdisc \($0.key) \($0.value)" }
    let ports = flags.map { "port \($0.key) \($0.value)" }
    let slot = /mc([a-z])[0-9a-f]+-/
    let programs = own.programs.values.map { program in
      let sections = program.sections.map { "\($0.decisions)".replacing(slot) { "mc\($0.1)-" } }.sorted()
      return "program \(program.point) \(program.isKnown) \(sections)"
    }
    return (Array(names.values) + filters + programs + devices + places + ports + own.qdiscs.map { "own qdisc \($0)" })
      .map { $0.replacing(slot) { "mc\($0.1)-" } }.sorted()
  }

  /// The picture without what mirrors have counted in ways that they no longer go, which is there after some histories only.
  var withoutIdleCounters: Self {
    let bound = Set(own.filters.values.flatMap(\.actions))
    var picture = self
    picture.own.actions = own.actions.filter { key, action in
      switch action.cookie.content {
      case .object(.step, _), .object(.stepWithSecondRecord, _), .object(.delivery, _): true
      case .object: bound.contains(key)
      default: true
      }
    }
    return picture
  }

  /// What there is here and not there (`+`), and the other way round (`-`).
  func difference(from other: Self) -> [String] {
    guard self != other else { return [] }
    return meaning.difference(from: other.meaning).map { change in
      switch change {
      case .insert(_, let line, _): "+ \(line)"
      case .remove(_, let line, _): "- \(line)"
      }
    }
  }

  /// What cannot be: filters without their actions, actions that lead nowhere.
  var flaws: [String] {
    let filters = own.filters.values.filter { $0.actions.contains { own.actions[$0] == nil } }
    let actions = own.actions.values.filter { action in
      guard case .mirred(let target) = action.operation else { return false }
      return target.device.map { qdiscs[$0] == nil } ?? true
    }
    let programs = own.programs.values.filter { !$0.devices.isSubset(of: qdiscs.keys) }
    return filters.map { "\($0) has no action" } + programs.map { "\($0) leads nowhere" }
      + actions.map { "\($0) leads nowhere" }
  }
}
