import MirrorCompiler

/// How fast one mirror copies, from two looks at its counters.
public struct MirrorRate: Sendable {
  /// Each per second.
  public struct Rates: Hashable, Sendable {
    /// Copies that were delivered.
    public var packets: Double
    /// Their bytes, in full length. Where some of the copies were dropped, their share is taken off in proportion.
    public var bytes: Double
    public var dropped: Double

    public init(packets: Double = 0, bytes: Double = 0, dropped: Double = 0) {
      self.packets = packets
      self.bytes = bytes
      self.dropped = dropped
    }
  }

  public enum Presence: String, Sendable {
    /// It was there at both looks.
    case present
    /// It was not there at the look before, or there was none.
    case new
    /// Its counters went back: it was set up again.
    case restarted
    /// It is there no more.
    case gone
  }

  /// At the later look; at the earlier one if it has gone.
  public var mirror: Status.Mirror
  public var presence: Presence
  /// `nil` where two looks tell nothing: unless it is `present` and some time has passed.
  public var rates: Rates?

  /// - Returns: one for each mirror of either look, by profile and name.
  public static func between(_ earlier: CounterLook?, _ later: CounterLook) -> [MirrorRate] {
    var before: [Owner: Status.Mirror] = [:]
    for mirror in earlier?.mirrors ?? [] { before[mirror.report.owner] = mirror }
    let seconds = earlier.map { later.seconds(since: $0) } ?? 0
    let present = later.mirrors.map { MirrorRate($0, before: before[$0.report.owner], seconds: seconds) }
    let owners = Set(later.mirrors.map(\.report.owner))
    let gone = before.filter { !owners.contains($0.key) }.map { MirrorRate(mirror: $0.value, presence: .gone) }
    return (present + gone).sorted { $0.mirror.report.owner < $1.mirror.report.owner }
  }

  init(mirror: Status.Mirror, presence: Presence, rates: Rates? = nil) {
    self.mirror = mirror
    self.presence = presence
    self.rates = rates
  }

  private init(_ mirror: Status.Mirror, before: Status.Mirror?, seconds: Double) {
    guard let old = before?.counters else {
      self.init(mirror: mirror, presence: .new)
      return
    }
    let new = mirror.counters
    guard new.copiedPackets >= old.copiedPackets, new.copiedBytes >= old.copiedBytes, new.dropped >= old.dropped else {
      self.init(mirror: mirror, presence: .restarted)
      return
    }
    let rates = seconds > 0 ? Rates(from: old, to: new, seconds: seconds) : nil
    self.init(mirror: mirror, presence: .present, rates: rates)
  }
}

extension MirrorRate.Rates {
  /// Copies are counted before they are lost, so that between two looks fewer may seem delivered than before: none were then.
  fileprivate init(from old: Counters, to new: Counters, seconds: Double) {
    let copied = Double(new.copiedPackets - old.copiedPackets)
    let delivered = min(copied, new.txPackets > old.txPackets ? Double(new.txPackets - old.txPackets) : 0)
    let bytes = Double(new.copiedBytes - old.copiedBytes)
    self.init(
      packets: delivered / seconds, bytes: copied > 0 ? bytes * delivered / copied / seconds : 0,
      dropped: Double(new.dropped - old.dropped) / seconds)
  }
}
