import NetworkTypes
import Testing

@testable import mirrorctl

@Suite("Numbers and texts of top")
struct TopTextTests {
  @Test(
    "Three digits that count, and never more than six characters",
    arguments: [
      (0, "0"), (1, "1"), (0.5, "0.50"), (9.994, "9.99"), (9.996, "10.0"), (99.94, "99.9"), (99.96, "100"),
      (999, "999"),
      (999.6, "1.00k"), (1500, "1.50k"), (12_345, "12.3k"), (999_499, "999k"), (999_600, "1.00M"), (1e9, "1.00G"),
      (1.05e12, "1.05T"), (1e15, "1.00P"), (-1, "-"), (.nan, "-"), (.infinity, "-"),
    ] as [(Double, String)])
  func rates(value: Double, text: String) {
    #expect(RateText.text(value) == text)
  }

  @Test("Nothing that a terminal might obey is printed")
  func printable() {
    #expect("tap\u{1b}[2J\u{7}\u{9b}\u{202e}x é ü".printable == "tap?[2J???x é ü")
  }
}
