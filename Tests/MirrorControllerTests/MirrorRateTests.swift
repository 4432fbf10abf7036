import MirrorController
import TestSupport
import Testing
import TrafficControl

@Suite("Rates")
struct MirrorRateTests {
  private static let other = "{name: other, select_src_port: eth0, output_port: eth1}"

  /// A look at mirrors with these counters.
  private func look(_ counters: [String: Counters], at seconds: Double) throws -> CounterLook {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span, Self.other)]))
    let mirrors = try lab.controller.status().mirrors.compactMap { mirror in
      counters[mirror.report.name].map { counters in
        var mirror = mirror
        mirror.counters = counters
        return mirror
      }
    }
    return CounterLook(mirrors, at: .seconds(seconds))
  }

  private func counters(_ copied: UInt64, _ bytes: UInt64, delivered: UInt64? = nil, dropped: UInt64 = 0) -> Counters {
    var counters = Counters()
    counters.copiedPackets = copied
    counters.copiedBytes = bytes
    counters.txPackets = delivered ?? copied - dropped
    counters.dropped = dropped
    return counters
  }

  private func rate(_ earlier: Counters?, _ later: Counters?, seconds: Double = 2) throws -> MirrorRate {
    let before = try look(earlier.map { ["span": $0] } ?? [:], at: 10)
    let after = try look(later.map { ["span": $0] } ?? [:], at: 10 + seconds)
    let rates = MirrorRate.between(before, after)
    try #require(rates.count == 1)
    return rates[0]
  }

  @Test("What was copied between two looks, by their distance")
  func steady() throws {
    let rate = try rate(counters(100, 6400), counters(110, 7400))
    #expect(rate.presence == .present)
    #expect(rate.rates == MirrorRate.Rates(packets: 5, bytes: 500, dropped: 0))
  }

  @Test("Of bytes, the share of those copies that were delivered meanwhile")
  func dropped() throws {
    let some = try rate(counters(100, 6400), counters(110, 7400, dropped: 4), seconds: 1)
    #expect(some.rates == MirrorRate.Rates(packets: 6, bytes: 600, dropped: 4))
    let all = try rate(counters(100, 6400), counters(110, 99_999, dropped: 10), seconds: 1)
    #expect(all.rates == MirrorRate.Rates(packets: 0, bytes: 0, dropped: 10))
  }

  @Test("A copy that is lost between the readings of two counters is no restart")
  func race() throws {
    let rate = try rate(
      counters(100, 6400, delivered: 50, dropped: 50), counters(100, 6400, delivered: 49, dropped: 51))
    #expect(rate.presence == .present)
    #expect(rate.rates == MirrorRate.Rates(packets: 0, bytes: 0, dropped: 0.5))
  }

  @Test("Counters that went back tell nothing but that")
  func restarted() throws {
    #expect(try rate(counters(100, 6400), counters(99, 9000)).presence == .restarted)
    #expect(try rate(counters(100, 6400), counters(101, 6000)).presence == .restarted)
    let rate = try rate(counters(100, 6400, dropped: 3), counters(100, 6400))
    #expect(rate.presence == .restarted)
    #expect(rate.rates == nil)
  }

  @Test("A mirror that came, and one that went")
  func comingAndGoing() throws {
    let new = try rate(nil, counters(100, 6400))
    #expect(new.presence == .new && new.rates == nil)
    let gone = try rate(counters(100, 6400), nil)
    #expect(gone.presence == .gone && gone.rates == nil)
    #expect(gone.mirror.counters.copiedPackets == 100)
    let before = try look(["span": counters(1, 60)], at: 0)
    let after = try look(["other": counters(1, 60)], at: 1)
    #expect(MirrorRate.between(before, after).map(\.presence) == [.new, .gone])
  }

  @Test("No time, no rates; no look before, no rates")
  func noTime() throws {
    #expect(try rate(counters(100, 6400), counters(110, 7400), seconds: 0).rates == nil)
    #expect(try rate(counters(100, 6400), counters(110, 7400), seconds: -1).rates == nil)
    let first = MirrorRate.between(nil, try look(["span": counters(1, 60)], at: 0))
    #expect(first.map(\.presence) == [.new])
  }

  @Test("Huge counters do not trap")
  func huge() throws {
    let rate = try rate(counters(0, 0), counters(.max, .max), seconds: 1e-9)
    #expect(rate.rates?.packets.isFinite == true)
  }
}
