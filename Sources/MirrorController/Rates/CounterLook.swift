/// The counters of all mirrors at one moment.
public struct CounterLook: Sendable {
  public var mirrors: [Status.Mirror]
  /// Since some fixed moment, by a clock that never goes back.
  public var time: Duration

  public init(_ mirrors: [Status.Mirror], at time: Duration) {
    self.mirrors = mirrors
    self.time = time
  }

  /// From an earlier look to this one.
  public func seconds(since earlier: CounterLook) -> Double {
    let (seconds, attoseconds) = (time - earlier.time).components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }
}
