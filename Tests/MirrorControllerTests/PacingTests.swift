import MirrorController
import Testing

@Suite("When the service looks")
struct PacingTests {
  private func pacing() -> Pacing {
    var pacing = Pacing(resync: .seconds(60), now: .zero)
    pacing.looked(from: .zero, to: .zero)
    return pacing
  }

  @Test("At the start at once, and then when the slow look is due")
  func start() {
    var pacing = Pacing(resync: .seconds(60), now: .seconds(5))
    #expect(pacing.due(for: .everything) == .seconds(5))
    pacing.looked(from: .seconds(5), to: .seconds(6))
    #expect(pacing.due(for: .everything) == .seconds(66))
    #expect(pacing.isResync(at: .seconds(66)))
    #expect(!pacing.isResync(at: .seconds(65)))
  }

  @Test("An event is answered within milliseconds")
  func event() {
    var pacing = pacing()
    pacing.note(at: .seconds(10))
    #expect(pacing.due(for: .everything) > .seconds(10))
    #expect(pacing.due(for: .everything) <= .seconds(10) + .milliseconds(5))
  }

  @Test("A burst is one look, which it can put off only so long")
  func burst() {
    var pacing = pacing()
    for step in 0..<20 { pacing.note(at: .seconds(10) + .milliseconds(step)) }
    #expect(pacing.due(for: .everything) > .seconds(10) + .milliseconds(19))
    for step in 20..<1000 { pacing.note(at: .seconds(10) + .milliseconds(step)) }
    #expect(pacing.due(for: .everything) <= .seconds(10) + .milliseconds(50))
  }

  @Test("After a long look it rests as long, so that looking takes half of the time at most")
  func rest() {
    var pacing = pacing()
    pacing.looked(from: .seconds(10), to: .seconds(10) + .milliseconds(300))
    pacing.note(at: .seconds(10) + .milliseconds(301))
    #expect(pacing.due(for: .everything) == .seconds(10) + .milliseconds(600))
    #expect(pacing.due(for: .someInterfaces) == .seconds(10) + .milliseconds(302), "that is a short look")
    pacing.looked(from: .seconds(20), to: .seconds(40))
    pacing.note(at: .seconds(40))
    #expect(pacing.due(for: .everything) == .seconds(41))
  }

  @Test("A retry comes in its time, and the earlier one counts")
  func retry() {
    var pacing = pacing()
    pacing.retry(at: .seconds(3))
    pacing.retry(at: .seconds(2))
    pacing.retry(at: .seconds(7))
    #expect(pacing.due(for: .everything) == .seconds(2))
    pacing.looked(from: .seconds(2), to: .seconds(2))
    #expect(pacing.due(for: .everything) == .seconds(62))
  }

  @Test("A look at some interfaces answers events and retries, and leaves the slow look where it is")
  func focus() {
    var pacing = Pacing(resync: .seconds(60), now: .zero)
    pacing.looked(from: .zero, to: .milliseconds(10))
    pacing.note(at: .seconds(1))
    pacing.retry(at: .seconds(2))
    pacing.focused(from: .seconds(3), to: .seconds(3) + .milliseconds(1))
    #expect(pacing.due(for: .everything) == .seconds(60) + .milliseconds(10))
    #expect(pacing.isResync(at: .seconds(61)))
    pacing.note(at: .seconds(3) + .microseconds(1500))
    for scope in [Pacing.Scope.everything, .someInterfaces] {
      #expect(
        pacing.due(for: scope) == .seconds(3) + .microseconds(2500), "quiet for a millisecond, and rested for one")
    }
    pacing.focused(from: .seconds(4), to: .seconds(4) + .milliseconds(20))
    pacing.note(at: .seconds(4) + .milliseconds(21))
    for scope in [Pacing.Scope.everything, .someInterfaces] {
      #expect(pacing.due(for: scope) == .seconds(4) + .milliseconds(40), "rested for as long as it took")
    }
  }
}
