import FoundationEssentials
import MirrorModel
import Testing

@Suite("The reference of the profile")
struct ReferenceTests {
  @Test("Every example in docs/profile.md is a profile")
  func examples() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = String(decoding: try Data(contentsOf: root.appending(path: "docs/profile.md")), as: UTF8.self)
    var example: [Substring]?
    var count = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      switch (line, example) {
      case ("```yaml", _): example = []
      case ("```", let lines?):
        #expect(ProfileText.findings(lines.joined(separator: "\n")) == [])
        example = nil
        count += 1
      default: example?.append(line)
      }
    }
    #expect(count == 3)
  }
}
