/// A limit on a rate: a token bucket that frames either conform to or exceed (`struct tc_police` of linux/pkt_cls.h).
///
/// The kernel keeps the bucket as the time that it takes to fill, in ticks of 64 ns (`PSCHED_SHIFT`), and tc(8) reckons in whole
/// microseconds. So does this, that a bucket which is read back equals the one that was asked for.
public struct Police: Hashable, Sendable {
  /// Bytes a second, at least 1.
  public var rate: UInt64
  /// The size of the bucket: how long it takes to fill.
  public private(set) var burstMicroseconds: UInt32
  /// Bytes; a frame that is longer exceeds the rate. 0 would stand for 2040, so it is always given.
  public var mtu: UInt32
  /// What happens to frames that conform; ``Action/control`` is for those that exceed.
  public var conform: Control

  /// Longer than any frame that the kernel hands on: a GSO super-frame has 64 KiB, with BIG TCP 512 KiB.
  public static let anyLength: UInt32 = 1 << 20
  private static let longestBurst: UInt64 = 274_000_000

  /// - Parameter burst: bytes, up to what the rate brings in 274 s. Kept to the microsecond.
  public init(rate: UInt64, burst: UInt32, mtu: UInt32 = Police.anyLength, conform: Control = .pipe) {
    let rate = max(rate, 1)
    let scaled = UInt64(burst) * 1_000_000
    // Slower than a byte a microsecond, a rounding up would be more than a byte, and tc(8) would make another time of it.
    let microseconds = scaled / rate + (rate >= 1_000_000 && !scaled.isMultiple(of: rate) ? 1 : 0)
    self.init(rate: rate, burstMicroseconds: UInt32(min(microseconds, Self.longestBurst)), mtu: mtu, conform: conform)
  }

  public init(rate: UInt64, burstMicroseconds: UInt32, mtu: UInt32, conform: Control) {
    self.rate = rate
    self.burstMicroseconds = burstMicroseconds
    self.mtu = mtu
    self.conform = conform
  }

  /// The size of the bucket in bytes, the least that tc(8) makes the same time of.
  public var burst: UInt64 {
    let (high, low) = rate.multipliedFullWidth(by: UInt64(burstMicroseconds))
    guard high < 1_000_000 else { return .max }
    let (quotient, remainder) = UInt64(1_000_000).dividingFullWidth((high, low))
    return remainder == 0 ? quotient : quotient + 1
  }

  /// The bucket that a limit gets which does not say: what the rate brings in 4 ms, at least 128 KiB.
  ///
  /// A frame that is longer than the bucket never conforms, and a copy can be a super-frame of 64 KiB, for which the kernel counts
  /// the headers of all the frames that it will become.
  ///
  /// - Parameter rate: bytes a second.
  public static func defaultBurst(rate: UInt64) -> UInt32 {
    UInt32(clamping: max(131_072, rate / 250))
  }
}
