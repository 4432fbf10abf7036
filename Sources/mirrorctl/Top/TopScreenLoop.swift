import ArgumentParser
import MirrorController
import Netlink

/// `top` on a terminal: draws, waits for a key or for the next look, until it is told to end.
struct TopScreenLoop {
  private let terminal: Terminal
  private let emphasis: TopScreen.Emphasis
  private var source: TopSource
  private var view: TopView
  private var report = TopReport()
  /// Tables with rates still to show; `nil`: no end.
  private var remaining: Int?

  init(_ source: TopSource, delay: Double, count: Int?, emphasis: TopScreen.Emphasis) throws {
    self.source = source
    self.emphasis = emphasis
    view = TopView(delay: delay)
    remaining = count
    terminal = try reporting { () throws(Terminal.Failure) in try Terminal() }
  }

  /// - Throws: 128 and the number of the signal that ended it, as shells tell it.
  mutating func run() throws {
    defer { terminal.close() }
    report = source.refresh()
    var next = deadline
    while true {
      draw()
      switch terminal.next(until: next) {
      case .ended(let signal): throw ExitCode(128 + signal)
      case .redraw: break
      case .timeout:
        if refresh() { return }
        next = deadline
      case .key(let key):
        switch view.take(key, rows: report.rates.count, visible: TopScreen.visibleRows(in: terminal.size)) {
        case .quit: return
        case .redraw: break
        case .refresh:
          if refresh() { return }
          next = deadline
        }
      }
    }
  }

  private var deadline: ContinuousClock.Instant { .now + .seconds(view.delay) }

  /// Whether it was the last one.
  private mutating func refresh() -> Bool {
    report = source.refresh()
    guard let count = remaining else { return false }
    remaining = count - 1
    guard count <= 1 else { return false }
    draw()
    return true
  }

  private mutating func draw() {
    let size = terminal.size
    view.keepInside(rows: report.rates.count, visible: TopScreen.visibleRows(in: size))
    terminal.show(TopScreen(report, view: view, size: size, emphasis: emphasis).lines)
  }
}
