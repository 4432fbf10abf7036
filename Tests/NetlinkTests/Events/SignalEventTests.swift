import Glibc
import Testing

@testable import Netlink

/// Signals as events. They are sent to the test's own thread, which is the one that holds them back.
@Suite(.serialized) struct SignalEventTests {
  private func send(_ signal: Int32) { pthread_kill(pthread_self(), signal) }

  @Test func reload() throws {
    let watch = try EventWatch(watching: nil, ignoring: 0)
    for _ in 0..<2 {
      send(SIGHUP)
      send(SIGHUP)
      #expect(try watch.wait(.seconds(10)) == Occasions(isReloadRequested: true))
      #expect(try watch.wait(.zero).isEmpty)
    }
    #expect(!watch.isStopRequested)
  }

  @Test(arguments: [SIGTERM, SIGINT]) func stop(_ signal: Int32) throws {
    let watch = try EventWatch(watching: nil, ignoring: 0)
    #expect(!watch.isStopRequested)
    send(SIGHUP)
    send(signal)
    #expect(watch.isStopRequested)
    let told = try watch.wait(.seconds(10))
    #expect(told.isReloadRequested && told.stopSignal == signal, "what was seen meanwhile is still told")
    #expect(try watch.wait(.zero).isEmpty)
    #expect(watch.isStopRequested)
  }

  @Test func theThreadIsLeftAsItWas() throws {
    func isHeldBack() -> Bool {
      var mask = sigset_t()
      _ = unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
      return unsafe sigismember(&mask, SIGHUP) == 1
    }
    let before = isHeldBack()
    do {
      let watch = try EventWatch(watching: nil, ignoring: 0)
      #expect(isHeldBack())
      send(SIGTERM)
      _ = consume watch
    }
    #expect(isHeldBack() == before)
  }

  @Test func waitingHasAnEnd() throws {
    let watch = try EventWatch(watching: "/nonexistent/directory", ignoring: 0)
    let start = MonotonicClock.now()
    #expect(try watch.wait(.milliseconds(30)).isEmpty)
    #expect(MonotonicClock.now() - start >= .milliseconds(30))
  }

  @Test func everySourceIsClosed() throws {
    try ScratchFolder.run { folder in
      for _ in 0..<150 {
        let watch = try EventWatch(watching: folder, ignoring: 0)
        #expect(try watch.wait(.zero).isEmpty)
      }
    }
  }

  @Test func filesWake() throws {
    try ScratchFolder.run { folder in
      let watch = try EventWatch(watching: folder, ignoring: 0)
      try shell("echo x >\(folder)/a; (echo x >\(folder)/b) >/dev/null 2>&1 &")
      var names: Set<String> = []
      while names != ["a", "b"] {
        guard case .some(let more) = try watch.wait(.seconds(30)).files else { break }
        names.formUnion(more)
      }
      #expect(names == ["a", "b"])
    }
  }
}
