import MirrorController
import Netlink
import NetworkTypes

/// What the terminal shows: as many lines as fit, none wider than the window.
struct TopScreen {
  enum Emphasis { case reverse, none }

  /// Lines above the mirrors.
  static let headLines = 4

  static func visibleRows(in size: Terminal.Size) -> Int { max(0, size.rows - headLines) }

  let lines: [String]

  /// - Parameter failure: why the last look told nothing.
  init(_ report: TopReport, view: TopView, size: Terminal.Size, emphasis: Emphasis) {
    let content: [String]
    if view.page == .help {
      content = Self.help(view)
    } else {
      let table = TopTable(view.order.sort(report.rates), unit: view.unit)
      let end = min(table.rows.count, view.offset + Self.visibleRows(in: size))
      let rows = table.rows[min(view.offset, end)..<end]
      let header = String(table.header.padded(to: size.columns).prefix(size.columns))
      content =
        [report.headline(view: view), report.summary, Self.remark(report, view)].map { String($0.prefix(size.columns)) }
        + [emphasis == .reverse ? "\u{1b}[7m\(header)\u{1b}[0m" : header] + rows
    }
    lines = content.prefix(max(1, size.rows)).enumerated().map { index, line in
      index == Self.headLines - 1 && view.page != .help ? line : String(line.prefix(size.columns))
    }
  }

  private static func remark(_ report: TopReport, _ view: TopView) -> String {
    if case .delayPrompt(let text) = view.page { return "Change delay from \(view.delay) to: \(text)_" }
    return (view.message ?? report.failure ?? "").printable
  }

  private static func help(_ view: TopView) -> [String] {
    [
      "mirrorctl top: refreshed every \(view.delay) s, sorted by \(view.order.rawValue), in \(view.unit.rawValue)", "",
      "  q, Ctrl-C       quit", "  space, enter    look now", "  d, s            change the delay between two looks",
      "  u               bits or bytes", "  N               sort by name", "  P               sort by packets",
      "  B               sort by bytes", "  D               sort by dropped copies",
      "  arrows, PgUp, PgDn, Home, End   scroll", "  Ctrl-Z          suspend", "", "Any other key goes back.",
    ]
  }
}
