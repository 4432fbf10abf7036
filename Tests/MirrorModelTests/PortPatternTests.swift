import TestSupport
import Testing

@testable import MirrorModel

@Suite("Port patterns")
struct PortPatternTests {
  @Test(
    "A pattern fits the whole name",
    arguments: [
      ("tap1", "tap1"), ("*", ""), ("*", "eth0"), ("vnet*", "vnet"), ("vnet*", "vnet12"), ("tap1??i*", "tap100i0"),
      ("*0", "eth0"), ("e*h*0", "ethh10"), ("tap[12]", "tap2"), ("tap[0-9]", "tap7"), ("tap[!0-9]", "tapx"),
      ("[]a]", "]"), ("[!]]", "a"), ("[a-]", "-"), ("[*]", "*"), ("x[?]", "x?"), ("p?", "pé"), ("a**b", "ab"),
      ("tap[", "tap["), ("[!", "[!"), ("[]", "[]"), ("*.10", "eth0.10"), ("[abc][!abc]", "ad"),
    ])
  func fits(pattern: String, name: String) {
    #expect(PortPattern(pattern).matches(name))
  }

  @Test(
    "Any other name does not fit",
    arguments: [
      ("tap1", "tap10"), ("tap1", "Tap1"), ("", "x"), ("?", ""), ("?", "ab"), ("vnet*", "xvnet"),
      ("tap1??i*", "tap10i0"),
      ("*0", "eth01"), ("tap[12]", "tap3"), ("tap[12]", "tap"), ("tap[!0-9]", "tap7"), ("[!]]", "]"), ("[z-a]", "m"),
      ("[*]", "x"), ("a*b", "ac"), ("a\\*", "a*"),
    ])
  func doesNotFit(pattern: String, name: String) {
    #expect(!PortPattern(pattern).matches(name))
  }

  @Test("Only a text without pattern characters is a literal name")
  func literal() {
    #expect(PortPattern("tap1").isLiteral)
    #expect(PortPattern("a]b").isLiteral)
    #expect(!["*", "a?", "[a]"].contains { PortPattern($0).isLiteral })
  }

  /// A text of one letter that counts how often a character of it is read. After many times it holds other letters, so that
  /// a matcher that tries every way comes to an end.
  private final class CountedText: RandomAccessCollection {
    static let limit = 1_000_000
    let startIndex = 0
    let endIndex: Int
    private(set) var reads = 0

    init(length: Int) { endIndex = length }

    subscript(position: Int) -> Unicode.Scalar {
      reads += 1
      return reads > Self.limit ? "x" : "a"
    }
  }

  @Test("With many stars, each character is read once for each element of the pattern at most", arguments: [1, 10, 60])
  func steps(stars: Int) {
    let name = CountedText(length: 127)
    #expect(!Glob(String(repeating: "a*", count: stars) + "b").matches(name))
    #expect(name.reads <= 127 * (2 * stars + 1), "\(name.reads)")
  }

  @Test("The matcher agrees with the definition on random short texts")
  func agreement() {
    var generator = SeededGenerator(usual: 7)
    for _ in 0..<3000 {
      let pattern = (0..<Int.random(in: 0...6, using: &generator)).map { _ in "ab*?".randomElement(using: &generator) }
      let name = (0..<Int.random(in: 0...6, using: &generator)).map { _ in "ab".randomElement(using: &generator) }
      let (patternText, nameText) = (String(pattern.compactMap { $0 }), String(name.compactMap { $0 }))
      let expected = fitsByDefinition(patternText[...], nameText[...])
      #expect(PortPattern(patternText).matches(nameText) == expected, "\(patternText) \(nameText)")
    }
  }

  private func fitsByDefinition(_ pattern: Substring, _ name: Substring) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    let rest = pattern.dropFirst()
    if first == "*" {
      return fitsByDefinition(rest, name) || (!name.isEmpty && fitsByDefinition(pattern, name.dropFirst()))
    }
    guard let character = name.first, first == "?" || first == character else { return false }
    return fitsByDefinition(rest, name.dropFirst())
  }
}
