import Testing

@testable import Netlink

@Suite("Backlog of received packets")
struct ReceiveBacklogTests {
  @Test func theKernelsColumn() {
    let text = """
      000109d2 00000000 00000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0000001f 00000000 00000000 00000000
      00014866 00000000 00000003 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000001

      """
    #expect(ReceiveBacklog.lengths(in: text) == [31, 0])
    #expect(ReceiveBacklog.lengths(in: "0001 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000\n") == [])
    #expect(ReceiveBacklog.lengths(in: "") == [])
  }

  @Test(
    "Each processor has to be seen without a backlog once, not all of them at the same time",
    arguments: [
      ([[0, 0]], 0), ([[3, 0], [2, 5], [0, 7]], 2), ([[1, 1], [0, 1], [1, 0]], 2), ([], 0),
    ] as [([[Int]], Int)])
  func drained(readings: [[Int]], pauses expected: Int) {
    var rest = readings[...]
    var pauses = 0
    #expect(
      ReceiveBacklog.isDrained(patience: 10) {
        rest.popFirst() ?? []
      } pause: {
        pauses += 1
      })
    #expect(pauses == expected)
  }

  @Test func patienceEnds() {
    var pauses = 0
    #expect(
      !ReceiveBacklog.isDrained(patience: 10) {
        [0, 1]
      } pause: {
        pauses += 1
      })
    #expect(pauses == 10)
  }
}
