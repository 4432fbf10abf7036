import FoundationEssentials
import MirrorController

/// What one refresh has to tell.
struct TopReport {
  var rates: [MirrorRate] = []
  /// Between the two looks that the rates come of.
  var seconds: Double?
  /// When the last look was tried.
  var date = Date()
  /// Why it told nothing; the rates are then unknown, and the mirrors those of the look before.
  var failure: String?

  func headline(view: TopView) -> String {
    "mirrorctl top - \(date.formatted(.iso8601)), every \(view.delay) s, by \(view.order.rawValue)"
  }

  /// How many mirrors there are in each state.
  var summary: String {
    let reports = rates.filter { $0.presence != .gone }.map(\.mirror.report)
    func count(_ state: String) -> String { "\(reports.count { $0.state.rawValue == state }) \(state)" }
    let states = ["active", "degraded", "disabled"].map(count).joined(separator: ", ")
    return "\(reports.count) mirror\(reports.count == 1 ? "" : "s"): \(states)"
  }
}

/// One refresh for programs.
struct TopDocument: Encodable {
  struct Mirror: Encodable {
    var name: String
    var profile: String
    var presence: String
    var state: String
    var reasons: [String]
    var packetsPerSecond: Double?
    var bytesPerSecond: Double?
    var droppedPerSecond: Double?
    var txPackets: UInt64
    var txBytes: UInt64
    var dropped: UInt64

    private enum CodingKeys: String, CodingKey {
      case name, profile, presence, state, reasons, packetsPerSecond, bytesPerSecond, droppedPerSecond, txPackets,
        txBytes
      case dropped
    }

    /// Writes rates also where they are not known, so that the keys are always the same.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(profile, forKey: .profile)
      try container.encode(presence, forKey: .presence)
      try container.encode(state, forKey: .state)
      try container.encode(reasons, forKey: .reasons)
      try container.encode(packetsPerSecond, forKey: .packetsPerSecond)
      try container.encode(bytesPerSecond, forKey: .bytesPerSecond)
      try container.encode(droppedPerSecond, forKey: .droppedPerSecond)
      try container.encode(txPackets, forKey: .txPackets)
      try container.encode(txBytes, forKey: .txBytes)
      try container.encode(dropped, forKey: .dropped)
    }
  }

  var time: String
  var seconds: Double?
  var failure: String?
  var mirrors: [Mirror]

  init(_ report: TopReport) {
    time = report.date.formatted(.iso8601)
    seconds = report.seconds
    failure = report.failure
    mirrors = TopOrder.name.sort(report.rates).map { rate in
      let counters = rate.mirror.counters
      return Mirror(
        name: rate.mirror.report.name, profile: rate.mirror.report.owner.profile, presence: rate.presence.rawValue,
        state: rate.mirror.report.state.rawValue, reasons: rate.mirror.report.reasons,
        packetsPerSecond: rate.rates?.packets, bytesPerSecond: rate.rates?.bytes, droppedPerSecond: rate.rates?.dropped,
        txPackets: counters.txPackets, txBytes: counters.txBytes, dropped: counters.dropped)
    }
  }

  private enum CodingKeys: String, CodingKey { case time, seconds, failure, mirrors }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(time, forKey: .time)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(failure, forKey: .failure)
    try container.encode(mirrors, forKey: .mirrors)
  }
}
