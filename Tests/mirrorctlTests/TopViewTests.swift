import Netlink
import Testing

@testable import mirrorctl

@Suite("Keys of top")
struct TopViewTests {
  private func type(_ text: String, into view: inout TopView) -> TopView.Reaction {
    var reaction = TopView.Reaction.redraw
    for character in text { reaction = view.take(.character(character), rows: 0, visible: 10) }
    return reaction
  }

  @Test("q quits, also from the help; space and enter look now")
  func plain() {
    var view = TopView(delay: 2)
    #expect(type("q", into: &view) == .quit)
    #expect(type(" ", into: &view) == .refresh)
    #expect(view.take(.enter, rows: 0, visible: 10) == .refresh)
    #expect(type("h", into: &view) == .redraw)
    #expect(view.page == .help)
    #expect(type("x", into: &view) == .redraw)
    #expect(view.page == .table)
    #expect(type("hq", into: &view) == .quit)
  }

  @Test("Order and unit")
  func choices() {
    var view = TopView(delay: 2)
    for (key, order) in [("P", TopOrder.packets), ("B", .bytes), ("D", .drops), ("N", .name)] {
      _ = type(key, into: &view)
      #expect(view.order == order)
    }
    _ = type("u", into: &view)
    #expect(view.unit == .bytes)
    _ = type("u", into: &view)
    #expect(view.unit == .bits)
    #expect(view.message == nil)
    _ = type("x", into: &view)
    #expect(view.message?.hasPrefix("x: no such command") == true)
  }

  @Test("A new delay", arguments: ["d", "s"])
  func delay(key: String) {
    var view = TopView(delay: 2)
    _ = type(key + "0.55", into: &view)
    _ = view.take(.backspace, rows: 0, visible: 10)
    #expect(view.page == .delayPrompt("0.5"))
    #expect(view.take(.enter, rows: 0, visible: 10) == .refresh)
    #expect(view.delay == 0.5 && view.page == .table)
    _ = type(key + "7", into: &view)
    #expect(view.take(.escape, rows: 0, visible: 10) == .redraw)
    #expect(view.delay == 0.5)
  }

  @Test("A delay that is none changes nothing", arguments: ["0", "0.01", "86401", "-1", "nan", "1e3", "x", "."])
  func badDelay(text: String) {
    var view = TopView(delay: 2)
    _ = type("d" + text, into: &view)
    #expect(view.take(.enter, rows: 0, visible: 10) == .redraw)
    #expect(view.delay == 2)
    #expect(view.message != nil)
  }

  @Test("Scrolling ends where the rows do")
  func scrolling() {
    var view = TopView(delay: 2)
    func press(_ key: TerminalKey) -> Int {
      _ = view.take(key, rows: 25, visible: 10)
      return view.offset
    }
    #expect(press(.up) == 0)
    #expect(press(.down) == 1)
    #expect(press(.pageDown) == 11)
    #expect(press(.pageDown) == 15)
    #expect(press(.pageUp) == 5)
    #expect(press(.end) == 15)
    #expect(press(.home) == 0)
    #expect(press(.end) == 15)
    view.keepInside(rows: 12, visible: 10)
    #expect(view.offset == 2)
    view.keepInside(rows: 3, visible: 10)
    #expect(view.offset == 0)
    view.keepInside(rows: 3, visible: 0)
    #expect(view.offset == 0)
  }
}
