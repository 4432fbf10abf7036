import Testing
import TrafficControl

@Suite("Rates and bursts")
struct PoliceTests {
  @Test(
    "A burst is kept to the microsecond, and tc(8) makes the same bucket of it",
    arguments: [UInt64(1), 8_000, 999_999, 1_000_000, 25_000_000, 1_250_000_000, 5_000_000_000, 1 << 40])
  func burst(rate: UInt64) {
    for bytes in [UInt32(0), 1, 1514, 66_000, 131_072, 1_000_000, .max] {
      let police = Police(rate: rate, burst: bytes)
      // As tc(8) reckons.
      if police.burst < 1 << 40 { #expect(police.burst * 1_000_000 / rate == police.burstMicroseconds, "\(bytes)") }
      if rate >= 1_000_000, police.burstMicroseconds < 274_000_000 { #expect(police.burst >= UInt64(bytes)) }
    }
  }

  @Test("A bucket holds what the rate brings in 274 s at most, and a rate of nothing is taken for the least")
  func limits() {
    #expect(Police(rate: 1, burst: 1000).burstMicroseconds == 274_000_000)
    #expect(Police(rate: 0, burst: 1).rate == 1)
    let most = Police(rate: .max, burstMicroseconds: .max, mtu: 0, conform: .pipe)
    #expect(most.burst == .max)
  }

  @Test("The default bucket holds a super-frame with its headers, or what comes in 4 ms")
  func defaultBurst() {
    #expect(Police.defaultBurst(rate: 1) == 131_072)
    #expect(Police.defaultBurst(rate: 25_000_000) == 131_072)
    #expect(Police.defaultBurst(rate: 1_250_000_000) == 5_000_000)
    #expect(Police.defaultBurst(rate: .max) == .max)
  }
}
