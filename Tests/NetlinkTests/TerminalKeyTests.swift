import Testing

@testable import Netlink

@Suite("Keys of a terminal")
struct TerminalKeyTests {
  private func keys(_ text: String) -> [TerminalKey] {
    var bytes = Array(text.utf8)[...]
    var keys: [TerminalKey] = []
    while let key = TerminalKey.take(from: &bytes) { keys.append(key) }
    return keys
  }

  @Test("Characters, and the keys that send control characters")
  func plain() {
    #expect(keys("q 2") == [.character("q"), .character(" "), .character("2")])
    #expect(keys("\r\n\u{7f}\u{8}\u{1b}") == [.enter, .enter, .backspace, .backspace, .escape])
    #expect(keys("\t\u{e9}") == [.other, .other, .other])
  }

  @Test("Sequences, in both modes of the cursor keys")
  func sequences() {
    #expect(
      keys("\u{1b}[A\u{1b}OB\u{1b}[5~\u{1b}[6~\u{1b}[H\u{1b}OF") == [.up, .down, .pageUp, .pageDown, .home, .end])
    #expect(keys("\u{1b}[1~\u{1b}[4~\u{1b}[3~\u{1b}[1;5Aq") == [.home, .end, .other, .up, .character("q")])
  }

  @Test("ESC before another key is a key of its own; a sequence that is not whole waits, but not for ever")
  func partial() {
    #expect(keys("\u{1b}q") == [.escape, .character("q")])
    var bytes = Array("\u{1b}[1".utf8)[...]
    #expect(TerminalKey.take(from: &bytes) == nil)
    bytes += Array("~".utf8)
    #expect(TerminalKey.take(from: &bytes) == .home)
    #expect(keys("\u{1b}[" + String(repeating: "1", count: 40)) == [.other])
  }
}
