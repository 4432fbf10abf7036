import Glibc

/// The time of day (`CLOCK_REALTIME`), for people; it may be set and jump.
public enum WallClock {
  /// Seconds since 1970-01-01 00:00 UTC.
  public static func now() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
