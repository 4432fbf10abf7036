import TrafficControl

/// Finds copies that would pass more mirrors and stages, one within another, than the kernel lets them.
///
/// A copy is sent before the next filter sees the original. Where it is copied or redirected again as it leaves, the kernel is one
/// level deeper, also below VLAN devices, bonds and bridges; a veth pair queues it, and begins anew.
struct DepthCheck {
  /// `MIRRED_NEST_LIMIT` of net/sched/act_mirred.c: the copy that would be one too deep is dropped.
  static let limit = 4

  private let state: KernelState
  private let topology: Topology
  private let ownDevices: Set<String>
  /// At the hooks that copies are sent by.
  private let filters: [HookPoint: [Filter]]
  /// The actions by which filters would send copies to the devices that programs send them to.
  private let entries: [String: ActionKey]

  /// A copy or a redirected frame on its way out of a hook.
  private struct Departure: Hashable {
    var action: ActionKey
    /// The device of ours that it comes from, for hooks may pass over what comes from there.
    var device: String?
    /// Whether it counts: act_mirred does not know how deep a program's copies are.
    var isMirred = true
  }

  init(_ state: KernelState, _ topology: Topology) {
    self.state = state
    self.topology = topology
    let ownDevices = Set(state.devices.values.flatMap(\.interfaces))
    self.ownDevices = ownDevices
    let sent = Set(state.programs.values.flatMap(\.devices))
    let possible = state.actions.values.compactMap { action in action.target.map { ($0, action.key) } }
      .filter { $0.0.hook == .egress && sent.contains($0.0.device) }
    entries = Dictionary(possible.map { ($0.0.device, $0.1) }) { min($0, $1) }
    let targets = Set(state.actions.values.compactMap(\.target))
    let reached = Set(targets.flatMap { Self.way(of: $0, ownDevices, topology) })
    filters = Dictionary(grouping: state.filters.values.filter { reached.contains($0.key.point) }, by: \.key.point)
  }

  /// - Parameter owners: of the slots.
  func findings(_ owners: [UInt16: Owner]) -> [Finding] {
    var depths: [Departure: Int] = [:]
    let starts = state.programs.values.flatMap { departures($0, from: nil) }
    let all = Set(state.filters.values.flatMap { departures($0) } + starts)
    let deep = all.filter { depth(of: $0, &depths, within: []) > Self.limit }
    return Set(deep.compactMap { ActionIndex.slot(of: $0.action.index).flatMap { owners[$0] } }).sorted().map { owner in
      Finding(
        owner: owner, kind: .refused,
        message:
          "its copies pass more than \(Self.limit) mirrors and stages one within another, and the kernel drops what goes "
          + "deeper: let fewer mirrors copy what others send, or put a veth pair between two of them")
    }
  }

  /// What a program may send on of what comes from a device of ours, or else from anywhere.
  private func departures(_ program: CopyProgram, from device: String?) -> [Departure] {
    let decisions = program.sections.flatMap { section in
      let deciding = section.decisions.filter { device != nil && $0.match.inputDevice == device }
      return deciding.isEmpty ? section.decisions.filter { $0.match.inputDevice == nil || device == nil } : deciding
    }
    return Set(decisions.compactMap(\.device)).compactMap { entries[$0] }.map { Departure(action: $0, isMirred: false) }
  }

  private func departures(_ filter: Filter) -> [Departure] {
    let name = filter.key.point.device
    return filter.actions.map { Departure(action: $0, device: ownDevices.contains(name) ? name : nil) }
  }

  /// How many copies are made one within another, this one included.
  private func depth(of start: Departure, _ known: inout [Departure: Int], within above: Set<ActionKey>) -> Int {
    if let depth = known[start] { return depth }
    // A circle that somebody has allowed ends where it is cut by a queue, or not at all.
    guard let target = state.actions[start.action]?.target, !above.contains(start.action) else { return 0 }
    var deepest = 0
    for point in Self.way(of: target, ownDevices, topology) {
      let sent = state.programs[point].map { departures($0, from: start.device) } ?? []
      for next in hearing(start, at: point).flatMap({ departures($0) }) + sent {
        deepest = max(deepest, depth(of: next, &known, within: above.union([start.action])))
      }
    }
    let depth = deepest + (start.isMirred ? 1 : 0)
    known[start] = depth
    return depth
  }

  /// The filters at a hook that can match what comes from the device.
  ///
  /// Of one preference of cls_flower those for the device decide, before those for any.
  private func hearing(_ departure: Departure, at point: HookPoint) -> [Filter] {
    let found = filters[point] ?? []
    guard let device = departure.device else { return found }
    let deciding = Set(found.filter { $0.inputDevice == device }.map(\.key.preference))
    return found.filter { filter in
      filter.inputDevice == device || filter.inputDevice == nil && !deciding.contains(filter.key.preference)
    }
  }

  /// The hooks that a frame passes at once when it is sent to one.
  private static func way(of first: HookPoint, _ own: Set<String>, _ topology: Topology) -> [HookPoint] {
    guard first.hook == .egress, !own.contains(first.device) else { return [first] }
    return topology.devices(below: first.device).map { HookPoint($0, .egress) }
  }
}

extension Action {
  /// Where a copy or a redirected frame goes.
  fileprivate var target: HookPoint? {
    guard case .mirred(let mirred) = operation, let device = mirred.device else { return nil }
    return HookPoint(device, mirred.direction)
  }
}

extension Filter {
  /// The only interface whose frames it matches; `nil`: any.
  fileprivate var inputDevice: String? {
    if case .flower(let match) = classifier { match.inputDevice } else { nil }
  }
}
