import MirrorCompiler
import MirrorModel
import TrafficControl

/// What came of bringing the kernel to what is wanted.
public struct Reconciliation: Sendable {
  /// How a look can end.
  public enum End: Hashable, Sendable {
    case settled
    /// There was always something more to do, and so there may be now.
    case unsettled
  }

  public var end = End.settled
  /// What was done to the kernel and lasts.
  public var steps: [Step] = []
  /// Profiles whose new version was not taken, with the reasons.
  public var rejected: [String: [Finding]] = [:]
  /// Slots that hold something of ours which cannot be read and which no known profile replaces; they are left alone.
  public var damaged: [UInt16] = []
  /// A failure that no mirror is to blame for.
  public var failure: ApplyError?
  /// How the mirrors fare now.
  public var status: Status?
  /// Things worth knowing about them.
  public var warnings: [String] = []

  /// The profiles in force.
  public var profiles: [Profile] = []

  /// Where everything stands if it is all as it should be.
  public var standing: Standing?

  /// - Parameter failure: what kept it from beginning.
  public init(failure: ApplyError? = nil) {
    self.failure = failure
  }

  /// Whether the kernel holds everything that was asked for.
  public func isComplete(_ holds: Holds) -> Bool {
    end == .settled && failure == nil && rejected.isEmpty && damaged.isEmpty && holds.all.isEmpty
  }

  /// When the next one is wanted, whatever happens; `nil`: never.
  ///
  /// After a failure that is its pause alone: what holds and newcomers wait for may be past, and comes about by looking.
  ///
  /// - Parameters:
  ///   - failures: how many have failed in a row, this one included.
  ///   - end: when this one ended.
  public func next(_ holds: Holds, _ newcomers: Newcomers, failures: Int, at end: Duration) -> Duration? {
    if let failure { return failure.pause(attempts: failures).map { end + $0 } }
    return [holds.nextTry, newcomers.nextEnd].compactMap(\.self).min().map { max($0, end) }
  }
}
