import TestSupport
import Testing

@testable import MirrorModel

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

  @Test("Long keys and many unknown ones are refused, and no more findings are kept than anybody reads")
  func keys() {
    let long = "version: 1\n? \(String(repeating: "k", count: 1_000_000))\n: 1\n"
    let many = "version: 1\n" + (0..<2000).map { "key_\($0): 1\n" }.joined()
    #expect(ProfileText.findings(long).count == 1)
    #expect(ProfileText.findings(many).count == 1001)
  }

  /// To compare each with each would take hours.
  @Test("Each of 60,000 outputs is looked for among 60,000 sources once")
  func ports() {
    let names = (0..<60_000).map { "tap\($0)" }.joined(separator: ", ")
    let ends = "select_src_port: [\(names)], output_port: [\(names)]"
    #expect(ProfileText.findings("{version: 1, profile: lab, mirrors: [{name: m0, \(ends)}]}").count == 1001)
  }

  @Test("Of a long key, only the beginning is compared with the known ones")
  func comparison() {
    var read = 0
    let long = (0..<1_000_000).lazy.map { _ -> Unicode.Scalar in
      read += 1
      return "k"
    }
    #expect(EditDistance.nearest(to: long, among: ["name", "kkk"]) == "kkk")
    #expect(read == 64)
  }
}
