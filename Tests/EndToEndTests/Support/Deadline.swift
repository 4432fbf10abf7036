/// A moment after which waiting is given up.
struct Deadline {
  private let instant: ContinuousClock.Instant

  static func after(_ duration: Duration) -> Deadline {
    Deadline(instant: ContinuousClock.now + duration)
  }

  /// What is left, as `poll(2)` takes it: at least 0.
  var milliseconds: Int32 {
    let left = ContinuousClock.now.duration(to: instant).components
    return Int32(clamping: max(0, left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1))
  }

  var hasPassed: Bool { ContinuousClock.now >= instant }

  /// Asks again and again until the answer is yes; each asking is expected to take its time, as starting `ip` does.
  func wait(for condition: String, until answer: () throws -> Bool) throws {
    while try !answer() {
      guard !hasPassed else { throw SupportError("waited in vain for \(condition)") }
    }
  }
}
