import MirrorModel
import TestSupport
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
