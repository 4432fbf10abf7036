import MirrorCompiler
import TrafficControl

/// Mirrors that the kernel did not let us bring about, each left as it is until a while has passed.
///
/// Without it, a request that is refused would be sent again at every event, the events of its own undoing among them.
public struct Holds: Sendable {
  /// What is wrong with one of them.
  public struct Hold: Sendable {
    public var error: KernelError
    /// When to try again, on the clock of the caller.
    public var until: Duration
    var attempts: Int
  }

  /// The first pause; each further one is twice as long.
  static let shortest = Duration.milliseconds(100)
  /// The longest pause, which is also that after errors that cannot pass by themselves.
  static let longest = Duration.seconds(60)

  public private(set) var all: [Owner: Hold] = [:]

  public init() {}

  /// Those that are not to be touched.
  func owners(at now: Duration) -> Set<Owner> {
    Set(all.filter { $0.value.until > now }.keys)
  }

  /// When the next of them is to be tried again.
  public var nextTry: Duration? { all.values.map(\.until).min() }

  mutating func add(_ owner: Owner, _ error: KernelError, at now: Duration) {
    let attempts = (all[owner]?.attempts ?? 0) + 1
    all[owner] = Hold(error: error, until: now + Self.pause(after: error, attempts: attempts), attempts: attempts)
  }

  /// Forgets those that have come right, and those that are no more.
  mutating func settle(_ owners: Set<Owner>, known: Set<Owner>) {
    all = all.filter { known.contains($0.key) && !owners.contains($0.key) }
  }

  /// Lets everything be tried again at once.
  public mutating func release() {
    for owner in all.keys { all[owner]?.until = .zero }
  }

  static func pause(after error: KernelError, attempts: Int) -> Duration {
    guard !error.cause.isLasting else { return longest }
    return min(longest, shortest * (1 << min(max(0, attempts - 1), 10)))
  }
}

extension KernelError.Cause {
  /// Whether the same request can do better soon, because what is in its way comes and goes by itself.
  var canPass: Bool {
    switch self {
    case .passing, .notFound, .inTheWay: true
    case .notPermitted, .notSupported, .notInHardware, .interrupted, .other: false
    }
  }

  /// Whether the same request is sure to do no better soon. Of a refusal that says nothing to us it is not: `EINVAL`, say, may be
  /// about something that comes and goes.
  fileprivate var isLasting: Bool {
    switch self {
    case .notPermitted, .notSupported, .notInHardware, .interrupted: true
    case .passing, .notFound, .inTheWay, .other: false
    }
  }
}

extension ApplyError {
  /// How long to wait before trying again what has failed so many times; `nil`: only something new can help.
  public func pause(attempts: Int) -> Duration? {
    let failure: KernelError
    switch self {
    case .observation(let error), .kernel(let error, _): failure = error
    case .unverified(let steps): failure = .notHeld(steps)
    case .rollbackFailed(_, let undone, _): failure = undone
    case .refused, .unknownMirrors, .ambiguousMirrors, .unknownProfiles, .damagedRecords, .keptByService: return nil
    }
    return Holds.pause(after: failure, attempts: attempts)
  }
}
