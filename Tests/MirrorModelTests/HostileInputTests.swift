import MirrorModel
import Testing

@Suite("Texts that were never meant to be profiles")
struct HostileInputTests {
  @Test("Every truncation of a profile is a profile or refused")
  func truncations() {
    let bytes = Array(ProfileText.full.utf8)
    for length in bytes.indices {
      guard case .failure(let error) = ProfileText.decode(Array(bytes.prefix(length))) else { continue }
      #expect(!error.diagnostics.isEmpty)
      #expect(error.diagnostics.allSatisfy { $0.position.line >= 1 && $0.position.column >= 1 && !$0.message.isEmpty })
    }
  }

  @Test("Every mutation of a profile is a profile or refused, and what is accepted survives the encoder")
  func mutations() throws {
    var generator = SeededGenerator(seed: 42)
    let original = Array(ProfileText.full.utf8)
    let fragments = ["[", "]", "{", "}", ": ", "\n", "- ", "*", "&a", "!", "\"", "0x", "-", "\u{2028}", "🦅", "~", "|"]
    var accepted = 0
    for _ in 0..<1500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch generator.next() % 4 {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
        default: bytes.insert(contentsOf: fragments.randomElement(using: &generator)?.utf8 ?? "".utf8, at: place)
        }
      }
      guard case .success(let profile) = ProfileText.decode(bytes) else { continue }
      accepted += 1
      #expect(try ProfileText.decode(ProfileEncoder.encode(profile)).get() == profile)
    }
    #expect(accepted > 20)
  }

  @Test("Long keys and many unknown ones are refused in good time")
  func keys() {
    let long = "version: 1\n? \(String(repeating: "k", count: 1_000_000))\n: 1\n"
    let many = "version: 1\n" + (0..<2000).map { "key_\($0): 1\n" }.joined()
    let duration = ContinuousClock().measure {
      #expect(ProfileText.findings(long).count == 1)
      #expect(ProfileText.findings(many).count == 1001)
    }
    #expect(duration < .seconds(5))
  }
}
