import MirrorModel
import TrafficControl

/// What the filters of one destination at one hook do, or a section of a tcx program there, in terms of actions.
struct HookFilters {
  struct Decision {
    var match: FlowerMatch
    /// Only for a decision that stands alone.
    var frames: FrameMatch
    var action: ActionKey
  }

  /// The mirror.
  let owner: Owner
  let port: Port
  let point: HookPoint
  /// In the order in which they are tried.
  var decisions: [Decision] = []
  /// The owner's `gact continue`.
  let skipping: ActionKey
  /// Of the mirror.
  let offload: OffloadPolicy
  /// What makes the copies.
  let way: Way
  /// Of the mirror.
  let order: FilterOrder
  private let skipsCopies: Bool

  enum Way: Hashable, Sendable { case filters, program }

  init(
    _ program: HookProgram, skipping: ActionKey, offload: OffloadPolicy = .auto, way: Way = .filters,
    order: FilterOrder = .first
  ) {
    owner = program.tap.owner
    port = program.tap.port
    point = program.tap.point
    skipsCopies = program.skipsCopies
    self.skipping = skipping
    self.offload = offload
    self.way = way
    self.order = order
  }

  /// The decision that is for all frames alike.
  var uniform: Decision? {
    guard decisions.count == 1, let only = decisions.first, only.match == FlowerMatch() else { return nil }
    return only
  }

  /// Passes over what comes from devices of ours, where frames would be copied whatever they come from.
  mutating func skip(_ devices: [String]) {
    guard skipsCopies, decisions.contains(where: { $0.match.inputDevice == nil }) else { return }
    for device in ["lo"] + devices {
      let match = FlowerMatch(inputDevice: device)
      guard !decisions.contains(where: { $0.match == match }) else { continue }
      decisions.append(Decision(match: match, frames: .all, action: skipping))
    }
    decisions.sort { ($0.match.mask, $0.match.inputDevice ?? "") < ($1.match.mask, $1.match.inputDevice ?? "") }
  }
}

/// The devices of ours by which mirrors send copies into VLANs of their own bridge.
struct CopySenders {
  private var senders: [String: Set<String>] = [:]

  init(_ units: [MirrorUnit]) {
    for unit in units where unit.sendsIntoItsBridge {
      let state = unit.assembly.state
      for filter in state.filters.values {
        for action in filter.actions.compactMap({ state.actions[$0] }) {
          guard case .mirred(let target) = action.operation, let port = target.device else { continue }
          senders[port, default: []].insert(filter.key.point.device)
        }
      }
    }
  }

  func devices(to port: Port) -> [String] { (senders[port.name] ?? []).sorted() }
}
