import Glibc

/// A clock that only goes forward (`CLOCK_MONOTONIC`, clock_gettime(2)).
///
/// Whoever sets the date does not touch it. It stands still while the machine is suspended, as poll(2), the watchdog of systemd and
/// `MONOTONIC_USEC` of sd_notify(3) have it: all times of a service are then of one kind, and no backlog is due after waking up.
public enum MonotonicClock {
  /// Time since some fixed moment, usually the machine's start.
  public static func now() -> Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
