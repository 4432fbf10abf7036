import Glibc

/// Lets time pass.
public enum Pause {
  /// Waits until then; a signal that does not end the program does not shorten it.
  public static func wait(until deadline: ContinuousClock.Instant) {
    while case let left = ContinuousClock.now.duration(to: deadline), left > .zero {
      _ = poll(nil, 0, left.pollMilliseconds)
    }
  }
}
