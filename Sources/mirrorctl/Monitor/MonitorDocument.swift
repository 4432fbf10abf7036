import FoundationEssentials
import MirrorController
import NetworkTypes

/// One event, for people and for programs.
struct MonitorDocument: Encodable {
  var time: String
  /// What happened, in a word that stays the same.
  var event: String
  var profile: String?
  var mirror: String?
  var state: String?
  var reasons: [String]?
  /// The port or output that it is about.
  var interface: String?
  /// `source` or `destination`, of a port.
  var side: String?
  /// Whether the port works.
  var operational: Bool?
  /// What would have to be done, as `plan` says it.
  var drift: [String]?
  /// Why a look told nothing.
  var failure: String?

  init(_ event: StatusEvent, isFirst: Bool = false) {
    time = Self.now
    self.event = isFirst && event.kind == .appeared ? "present" : event.kind.word
    profile = event.owner.profile
    if case .mirror(let name) = event.owner.subject { mirror = name }
    switch event.kind {
    case .appeared, .stateChanged:
      state = event.state.rawValue
      reasons = event.reasons
    case .sourceJoined(let source), .sourceLeft(let source), .sourceChanged(let source):
      interface = source.interface
      side = source.side.rawValue
      operational = source.isOperational
    case .outputBack(let output), .outputLost(let output): interface = output.interface
    case .driftSeen(let steps): drift = steps.map(\.brief)
    case .removed, .driftRepaired, .countersRestarted: break
    }
  }

  /// A look that failed, or, without a failure, one that succeeded after it.
  init(failure: String?) {
    time = Self.now
    event = failure == nil ? "look-succeeded" : "look-failed"
    self.failure = failure
  }

  private static var now: String { Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }

  /// `2026-11-22T18:44:02.123Z lab/m0 state degraded: output eth2 has no carrier`
  var line: String {
    let name = mirror.flatMap { mirror in profile.map { "\($0)/\(mirror)" } } ?? "-"
    var words = [time, name, event]
    if let state { words.append(state) }
    if let interface { words.append(interface) }
    if let side { words.append(side) }
    if let operational { words.append(operational ? "works" : "does not work") }
    let details = (reasons ?? []) + (drift ?? []) + [failure].compactMap(\.self)
    return (words.joined(separator: " ") + (details.isEmpty ? "" : ": " + details.joined(separator: "; "))).printable
  }
}

extension StatusEvent.Kind {
  fileprivate var word: String {
    switch self {
    case .appeared: "appeared"
    case .removed: "removed"
    case .stateChanged: "state"
    case .driftSeen: "drift-seen"
    case .driftRepaired: "drift-repaired"
    case .sourceJoined: "source-joined"
    case .sourceLeft: "source-left"
    case .sourceChanged: "source-changed"
    case .outputBack: "output-back"
    case .outputLost: "output-lost"
    case .countersRestarted: "counters-restarted"
    }
  }
}
