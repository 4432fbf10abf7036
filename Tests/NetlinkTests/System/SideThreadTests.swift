import CMnl
import Glibc
import Testing

@testable import Netlink

/// A closure on a second thread, and one on the calling one.
@Suite struct SideThreadTests {
  private struct Refusal: Error, Hashable { var number: Int }

  @Test func bothResults() {
    let (side, main) = SideThread.run({ 40 + 2 }, beside: { "main" })
    #expect(side == .success(42))
    #expect(main == .success("main"))
  }

  @Test func errorsKeepTheirTypes() {
    let (side, main) = SideThread.run(
      { () throws(Refusal) -> Int in throw Refusal(number: 1) },
      beside: { () throws(MalformedMessage) -> Int in throw MalformedMessage("nothing") })
    #expect(side == .failure(Refusal(number: 1)))
    #expect(main == .failure(MalformedMessage("nothing")))
  }

  @Test func oneMayFailWithoutTheOther() {
    let (side, main) = SideThread.run({ () throws(Refusal) -> Int in throw Refusal(number: 2) }, beside: { 7 })
    #expect(side == .failure(Refusal(number: 2)))
    #expect(main == .success(7))
  }

  /// Each waits for what the other says first.
  @Test func theyRunAtTheSameTime() throws {
    var ends: [Int32] = [0, 0]
    let status = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
    try #require(status == 0)
    defer { for end in ends { close(end) } }
    let (mine, other) = (ends[0], ends[1])
    @Sendable func exchange(_ byte: UInt8, on end: Int32) -> UInt8 {
      var (sent, received) = (byte, UInt8(0))
      _ = unsafe write(end, &sent, 1)
      _ = unsafe read(end, &received, 1)
      return received
    }
    let (side, main) = SideThread.run({ exchange(1, on: other) }, beside: { exchange(2, on: mine) })
    #expect(side == .success(2))
    #expect(main == .success(1))
  }

  @Test(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
  func theSecondIsInTheNamespaceOfTheFirst() throws {
    let home = try NetworkNamespace.identity()
    try ScratchNamespace.run {
      let here = try NetworkNamespace.identity()
      let (side, _) = SideThread.run(
        { () throws(NetlinkFailure) in try NetworkNamespace.identity() }, beside: { 0 })
      #expect(try side?.get() == here)
      #expect(here != home)
    }
  }
}
