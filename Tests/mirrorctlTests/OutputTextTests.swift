import FoundationEssentials
import Logging
import NetworkTypes
import Testing

@testable import mirrorctl

@Suite("Texts that hold control characters")
struct OutputTextTests {
  private static let nasty = "a\u{1b}[2J\u{7f}\u{9b}\u{202e}\u{2028}\n\u{e0001}é🦅"

  @Test("JSON escapes all of them, and reads back as it was")
  func json() throws {
    let text = try JSONText.line([Self.nasty])
    #expect(text.unicodeScalars.allSatisfy { $0.isPrintable }, "\(text)")
    #expect(text.contains("\\u001b[2J") && text.contains("\\u202e") && text.contains("é🦅"))
    #expect(try JSONDecoder().decode([String].self, from: Data(text.utf8)) == [Self.nasty])
    #expect(try JSONDecoder().decode([String].self, from: Data(JSONText.encode([Self.nasty]).utf8)) == [Self.nasty])
  }

  @Test("A message of the log is one line without them")
  func log() {
    let line = ServiceLogHandler.text("lost \(Self.nasty)", ["file": "\(Self.nasty)", "quote": "a \"b\"", "word": "é"])
    #expect(line == "lost a?[2J??????é🦅 file=\"a?[2J??????é🦅\" quote=\"a \\\"b\\\"\" word=é")
  }
}
