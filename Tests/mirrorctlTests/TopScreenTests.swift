import Netlink
import Testing

@testable import mirrorctl

@Suite("The screen of top")
struct TopScreenTests {
  private func lines(_ view: TopView, _ rows: Int, _ columns: Int, failure: String? = nil) -> [String] {
    let report = TopReport(failure: failure)
    return TopScreen(report, view: view, size: Terminal.Size(rows: rows, columns: columns), emphasis: .none).lines
  }

  @Test("Nothing is wider or higher than the window", arguments: [1, 2, 3, 4, 5, 24], [1, 10, 80])
  func size(rows: Int, columns: Int) {
    for page in [TopView.Page.table, .help, .delayPrompt("1.5")] {
      var view = TopView(delay: 2)
      view.page = page
      let lines = lines(view, rows, columns, failure: "the kernel said no")
      #expect(lines.count <= rows)
      #expect(lines.allSatisfy { $0.count <= columns })
    }
  }

  @Test("The header is reversed over the whole width, and cut before it is")
  func emphasis() {
    for columns in [5, 200] {
      let size = Terminal.Size(rows: 24, columns: columns)
      let header = TopScreen(TopReport(), view: TopView(delay: 2), size: size, emphasis: .reverse).lines[3]
      #expect(header.hasPrefix("\u{1b}[7mNAME") && header.hasSuffix("\u{1b}[0m"))
      #expect(header.count == columns + 8)
    }
  }

  @Test("A look that failed is told, without what a terminal might obey")
  func failure() {
    #expect(lines(TopView(delay: 2), 24, 80, failure: "no\u{1b}[2J")[2] == "no?[2J")
  }

  @Test("The question for a delay shows what was typed")
  func prompt() {
    var view = TopView(delay: 2)
    view.page = .delayPrompt("0.5")
    #expect(lines(view, 24, 80)[2] == "Change delay from 2.0 to: 0.5_")
  }
}
