import MirrorModel
import TestSupport
import Testing

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

  @Test("Many stars do not take exponential time")
  func time() {
    let pattern = PortPattern(String(repeating: "a*", count: 60) + "b")
    let name = String(repeating: "a", count: 127)
    let duration = ContinuousClock().measure { #expect(!pattern.matches(name)) }
    #expect(duration < .milliseconds(500))
  }

  @Test("The matcher agrees with the definition on random short texts")
  func agreement() {
    var generator = SeededGenerator(seed: 7)
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
