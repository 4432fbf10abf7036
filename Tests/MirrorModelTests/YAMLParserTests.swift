import MirrorModel
import Netlink
import TestSupport
import Testing

@Suite("YAML: what is read and what is refused")
struct YAMLParserTests {
  private func finding(_ bytes: [UInt8]) -> String? {
    do throws(Diagnostic) {
      _ = try YAMLParser.parse(bytes, file: "f")
      return nil
    } catch {
      return error.description
    }
  }

  private func finding(_ text: String) -> String? { finding(Array(text.utf8)) }

  @Test(
    "An empty text and one of comments are no document", arguments: ["", "\n\n", "# nothing\n", "---\n", "---\n...\n"])
  func empty(text: String) throws {
    let document = try YAMLParser.parse(Array(text.utf8), file: "f")
    #expect(document == nil)
  }

  @Test("Nodes carry the place where they start, counted in characters")
  func positions() throws {
    let document = try YAMLParser.parse(Array("a: [é, \"x\"]\n".utf8), file: "f")
    guard case .mapping(let entries, _)? = document, let entry = entries.first,
      case .sequence(let elements, let list) = entry.value
    else {
      Issue.record("expected a mapping with a list")
      return
    }
    #expect(list == SourcePosition(line: 1, column: 4))
    #expect(elements.map(\.position) == [SourcePosition(line: 1, column: 5), SourcePosition(line: 1, column: 8)])
  }

  @Test("A byte order mark counts for nothing")
  func byteOrderMark() throws {
    let document = try YAMLParser.parse([0xef, 0xbb, 0xbf] + Array("a: 1\nb: 2\n".utf8), file: "f")
    #expect(document?.position == SourcePosition(line: 1, column: 1))
  }

  @Test(
    "What a profile does not need is refused, with its place",
    arguments: [
      ("a: &x 1\nb: 2\n", "f:1:4: anchors and aliases are not accepted"),
      (
        "a: *x\n",
        "f:1:4: anchors and aliases are not accepted; put a name or pattern that starts with '*' in quotes"
      ),
      ("a: !!str 1\n", "f:1:4: tags are not accepted; put a text that starts with '!' in quotes"),
      ("a: ! 1\n", "f:1:4: tags are not accepted; put a text that starts with '!' in quotes"),
      ("a: 1\n---\nb: 2\n", "f:2:1: a second document starts here; one is accepted"),
      (
        "a: [1\nb: 2\n",
        "f:2:2: not valid YAML: did not find expected ',' or ']' while parsing a flow sequence that starts on line 1"
      ),
      (
        "a: \"x\n",
        "f:2:1: not valid YAML: found unexpected end of stream while scanning a quoted scalar that starts on line 1"
      ),
      (
        "a: 1\n\tb: 2\n",
        "f:2:1: not valid YAML: found a tab character that violates indentation "
          + "while scanning a plain scalar that starts on line 1"
      ),
    ])
  func refused(text: String, expected: String) {
    #expect(finding(text) == expected)
  }

  @Test("Bytes that are no text are refused, with their place")
  func bytes() {
    let nul = Array("a: 1\nbé: ".utf8) + [0] + Array("\n".utf8)
    #expect(finding(nul) == "f:2:5: not valid YAML: control characters are not allowed; expected UTF-8 text")
    let invalid = Array("a: ".utf8) + [0xff, 0xfe]
    #expect(finding(invalid) == "f:1:4: not valid YAML: invalid leading UTF-8 octet; expected UTF-8 text")
    let cut = Array("a: x".utf8) + [0xc3]
    #expect(finding(cut) == "f:1:5: not valid YAML: incomplete UTF-8 octet sequence; expected UTF-8 text")
  }

  @Test("10 MB of noise are refused without being read")
  func noise() {
    var generator = SeededGenerator(usual: 1)
    let block = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    let noise = (0..<100).flatMap { _ in block }
    #expect(finding(noise) == "f:1:1: the text is longer than 4194304 bytes, which is the most that is accepted")
    #expect(finding(Array(noise.prefix(YAMLParser.maximumBytes)))?.contains("not valid YAML") == true)
  }

  @Test("32 nested lists are read, 33 are refused, and so is a text of brackets")
  func depth() {
    let deepest = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    #expect(finding(deepest) == nil)
    #expect(finding("[\(deepest)]") == "f:1:33: lists and mappings are nested more than 32 deep")
    #expect(finding(String(repeating: "[", count: 1_000_000)) != nil)
    #expect(finding(String(repeating: "- ", count: 100_000)) != nil)
    #expect(finding(String(repeating: "{a: ", count: 100_000)) != nil)
  }

  @Test("Too many values are refused")
  func count() {
    let text = "[" + String(repeating: "1,", count: YAMLParser.maximumNodes) + "]"
    #expect(finding(text) == "f:1:400000: there are more than 200000 values; no more are accepted")
  }

  @Test("A billion laughs are not even a smile")
  func expansion() {
    var text = "a0: &a0 lol\n"
    for level in 1..<30 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(finding(text) == "f:1:5: anchors and aliases are not accepted")
  }
}
