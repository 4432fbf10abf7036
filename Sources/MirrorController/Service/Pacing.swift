/// When to look next: soon after an event, once for a burst of them, and never so often that looking is all that is done.
///
/// All moments are of one monotonic clock.
public struct Pacing: Sendable {
  /// How long it has to be quiet after an event.
  static let quiet = Duration.milliseconds(1)
  /// How long a burst can put a look off.
  static let patience = Duration.milliseconds(30)
  /// The longest pause after a look that took long.
  static let longestPause = Duration.seconds(1)

  private let resync: Duration
  private var first: Duration?
  private var last: Duration?
  /// Until when to rest after a look at everything.
  private var rest = Duration.zero
  /// Until when to rest after a look at some interfaces.
  private var shortRest = Duration.zero
  private var resyncDue: Duration
  private var retryAt: Duration?

  /// - Parameter resync: the time after which to look even if nothing has happened.
  public init(resync: Duration, now: Duration) {
    self.resync = resync
    resyncDue = now
  }

  /// What is to be looked at.
  public enum Scope: Sendable { case everything, someInterfaces }

  /// The moment of the next look. A look at some interfaces does not wait for the rest after a look at everything.
  public func due(for scope: Scope) -> Duration {
    let earliest = scope == .everything ? max(rest, shortRest) : shortRest
    var moments = [resyncDue]
    if let first, let last { moments.append(max(earliest, min(last + Self.quiet, first + Self.patience))) }
    if let retryAt { moments.append(retryAt) }
    return moments.min() ?? resyncDue
  }

  /// Whether the time of the slow look has come, for which nothing need have happened.
  public func isResync(at now: Duration) -> Bool { now >= resyncDue }

  /// Something has happened.
  public mutating func note(at now: Duration) {
    if first == nil { first = now }
    last = now
  }

  /// A look is wanted at a moment, whatever happens.
  public mutating func retry(at moment: Duration) {
    retryAt = min(retryAt ?? moment, moment)
  }

  /// A look at some interfaces is over; what happened to them before it began is dealt with. It does not stand in for the slow
  /// look at everything.
  public mutating func focused(from start: Duration, to end: Duration) {
    first = nil
    last = nil
    retryAt = nil
    shortRest = end + min(end - start, Self.longestPause)
  }

  /// A look is over; what happened before it began is dealt with.
  public mutating func looked(from start: Duration, to end: Duration) {
    first = nil
    last = nil
    retryAt = nil
    rest = end + min(end - start, Self.longestPause)
    resyncDue = end + resync
  }
}
