import Testing

@testable import Netlink

/// Dumps that changes have interrupted are redone after pauses.
struct DumpPauseTests {
  @Test func pausesGrowAndAreShortInAll() {
    let pauses = (1..<NetlinkSocket.dumpAttempts).map(NetlinkSocket.dumpPause)
    #expect(pauses.prefix(4) == [1000, 2000, 4000, 8000])
    #expect(pauses == pauses.sorted())
    #expect(pauses.reduce(0, +) < 500_000)
  }
}
