import MirrorController

/// Looks at the mirrors again and again, and tells what happened between two looks.
struct TopSource {
  private let session: Session
  private let start = ContinuousClock.now
  private var last: CounterLook?

  init(_ session: Session) {
    self.session = session
  }

  /// A look that fails is told; the next good one is compared with the last good one.
  mutating func refresh() -> TopReport {
    do throws(ApplyError) {
      let mirrors = try session.controller.status().mirrors
      let look = CounterLook(mirrors, at: start.duration(to: .now))
      defer { last = look }
      return TopReport(rates: MirrorRate.between(last, look), seconds: last.map { look.seconds(since: $0) })
    } catch {
      let lines = FailureReport(error).lines
      return TopReport(rates: last.map { MirrorRate.between(nil, $0) } ?? [], failure: lines.joined(separator: "; "))
    }
  }
}
