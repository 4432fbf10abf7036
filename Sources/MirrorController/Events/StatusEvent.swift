import MirrorCompiler
import TrafficControl

/// Something that is different between two looks at the mirrors.
public struct StatusEvent: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The mirror was not there before.
    case appeared
    case removed
    /// Its state, or the reasons for it, are others than before.
    case stateChanged
    /// The kernel holds something else than the mirror needs: the steps that would put it right.
    case driftSeen([Step])
    case driftRepaired
    case sourceJoined(MirrorReport.Source)
    case sourceLeft(MirrorReport.Source)
    /// It was selected before, and works now or does so no more.
    case sourceChanged(MirrorReport.Source)
    /// An output has begun to work.
    case outputBack(MirrorReport.Output)
    /// An output works no more.
    case outputLost(MirrorReport.Output)
    case countersRestarted
  }

  public var owner: Owner
  public var kind: Kind
  /// After the event; that of a removed mirror is what it was last.
  public var state: MirrorReport.State
  public var reasons: [String]

  /// What is different, by profile and mirror, in the order of the cases.
  public static func between(_ earlier: Status, _ later: Status) -> [StatusEvent] {
    let before = byOwner(earlier)
    let after = byOwner(later)
    return Set(before.keys).union(after.keys).sorted().flatMap { owner -> [StatusEvent] in
      switch (before[owner], after[owner]) {
      case (let old?, let new?): kinds(old, new).map { StatusEvent(new, $0) }
      case (nil, let new?): [StatusEvent(new, .appeared)] + drift([], new.drift).map { StatusEvent(new, $0) }
      case (let old?, nil): [StatusEvent(old, .removed)]
      case (nil, nil): []
      }
    }
  }

  private init(_ mirror: Status.Mirror, _ kind: Kind) {
    owner = mirror.report.owner
    state = mirror.report.state
    reasons = mirror.report.reasons
    self.kind = kind
  }

  private static func byOwner(_ status: Status) -> [Owner: Status.Mirror] {
    Dictionary(status.mirrors.map { ($0.report.owner, $0) }) { first, _ in first }
  }

  private static func kinds(_ old: Status.Mirror, _ new: Status.Mirror) -> [Kind] {
    let (one, other) = (old.report, new.report)
    let isOther = one.state != other.state || one.reasons != other.reasons
    let counters =
      new.counters.copiedPackets < old.counters.copiedPackets || new.counters.dropped < old.counters.dropped
    return (isOther ? [.stateChanged] : []) + drift(old.drift, new.drift) + sources(one.sources, other.sources)
      + outputs(one.outputs, other.outputs) + (counters ? [.countersRestarted] : [])
  }

  private static func drift(_ old: [Step], _ new: [Step]) -> [Kind] {
    if new.isEmpty { return old.isEmpty ? [] : [.driftRepaired] }
    return Set(old) == Set(new) ? [] : [.driftSeen(new)]
  }

  private static func sources(_ old: [MirrorReport.Source], _ new: [MirrorReport.Source]) -> [Kind] {
    func find(_ source: MirrorReport.Source, in all: [MirrorReport.Source]) -> MirrorReport.Source? {
      all.first { $0.interface == source.interface && $0.side == source.side }
    }
    let joined: [Kind] = new.filter { find($0, in: old) == nil }.map { .sourceJoined($0) }
    let left: [Kind] = old.filter { find($0, in: new) == nil }.map { .sourceLeft($0) }
    let changed: [Kind] = new.filter { source in
      find(source, in: old).map { $0.isOperational != source.isOperational } ?? false
    }.map { .sourceChanged($0) }
    return joined + left + changed
  }

  private static func outputs(_ old: [MirrorReport.Output], _ new: [MirrorReport.Output]) -> [Kind] {
    let (before, after) = (old.filter(\.isOperational), new.filter(\.isOperational))
    let back: [Kind] = after.filter { !before.contains($0) }.map { .outputBack($0) }
    let lost: [Kind] = before.filter { !after.contains($0) }.map { .outputLost($0) }
    return back + lost
  }
}
