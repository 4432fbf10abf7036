import MirrorModel
import Netlink
import TestSupport
import Testing

/// Random texts are profiles or refused with words, in good time and without a trace in memory.
@Suite("Fuzz: profiles")
struct ProfileFuzzTests {
  private static let fragments = [
    "[", "]", "{", "}", ": ", "\n", "- ", "*", "&a", "!", "\"", "'", "0x", "-", "\u{2028}", "🦅", "~", "|", ">\n", "? ",
    "---\n",
    "...", "%YAML 1.1\n", "\t", "\u{feff}", "\u{0}", "<<: ", "#", ",",
  ]

  /// What is wrong about the outcome.
  private static func complaint(_ bytes: [UInt8]) throws -> String? {
    switch ProfileText.decode(bytes) {
    case .success(let profile):
      let again = ProfileText.decode(ProfileEncoder.encode(profile))
      return try again.get() == profile ? nil : "the encoder does not give it back: \(profile)"
    case .failure(let error):
      let isGood = error.diagnostics.allSatisfy {
        $0.position.line >= 1 && $0.position.column >= 1 && !$0.message.isEmpty && !$0.description.contains("\u{0}")
      }
      return isGood && !error.diagnostics.isEmpty ? nil : "\(error.diagnostics)"
    }
  }

  private static func sample(using generator: inout SeededGenerator) -> [UInt8] {
    switch generator.number(below: 3) {
    case 0: Array(ProfileText.full.utf8)
    case 1: Array(RandomProfileText.make(using: &generator).utf8)
    default:
      Array(
        ProfileEncoder.encode(Profile(name: "lab", mirrors: [RandomMirror.mirror(using: &generator)])).utf8)
    }
  }

  @Test("Damaged profiles, in YAML and JSON")
  func damaged() {
    var accepted = 0
    let failures = FuzzRun("damaged profiles", rounds: 750).failures { generator in
      let bytes = TextMutation.mutate(Self.sample(using: &generator), with: Self.fragments, using: &generator)
      if case .success = ProfileText.decode(bytes) { accepted += 1 }
      return try Self.complaint(bytes)
    }
    #expect(failures == [])
    #expect(accepted > 0, "some damage goes unnoticed")
  }

  @Test("Texts of the shape of profiles")
  func shaped() {
    var accepted = 0
    let failures = FuzzRun("shaped profiles", rounds: 750).failures { generator in
      let text = RandomProfileText.make(using: &generator)
      if case .success = ProfileText.decode(text) { accepted += 1 }
      return try Self.complaint(Array(text.utf8))
    }
    #expect(failures == [])
    #expect(accepted > 0)
  }

  @Test("Bytes that mean nothing")
  func bytes() {
    let failures = FuzzRun("bytes", rounds: 1000).failures { generator in
      let length = generator.number(below: 300)
      return try Self.complaint((0..<length).map { _ in UInt8(truncatingIfNeeded: generator.next()) })
    }
    #expect(failures == [])
  }

  @Test("Reading 5,000 profiles, most of them damaged, leaves nothing in memory")
  func leaks() async {
    await #expect(processExitsWith: .success) {
      let growth = HeapUse.growth(warmUp: 500, rounds: 5000) { round in
        var generator = SeededGenerator(seed: UInt64(round))
        let text = Array(RandomProfileText.make(using: &generator).utf8)
        let isDamaged = generator.happens(oneIn: 2)
        _ = ProfileText.decode(
          isDamaged ? TextMutation.mutate(text, with: ProfileFuzzTests.fragments, using: &generator) : text)
      }
      #expect(growth < 100_000, "it grew by \(growth) bytes")
    }
  }
}
