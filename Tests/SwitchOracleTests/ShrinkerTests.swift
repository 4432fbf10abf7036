import SwitchOracle
import Testing

@Suite("Shrinking a scenario")
struct ShrinkerTests {
  private static func scenario(_ number: Int) -> Scenario {
    var generator = ScenarioGenerator(seed: UInt64(number))
    return generator.scenario()
  }

  @Test("leaves what the failure needs, and hardly more", arguments: 0..<20)
  func minimal(number: Int) throws {
    let whole = Self.scenario(number)
    guard whole.kind == .vlanAware, let culprit = whole.mirrors.last, let frame = whole.frames.first else { return }
    var shrinker = Shrinker(budget: 1000)
    let small = shrinker.shrink(whole) { candidate in
      candidate.mirrors.contains { $0.output == culprit.output }
        && candidate.frames.contains { $0.ingress == frame.ingress }
    }
    #expect(small.mirrors.count == 1)
    #expect(small.frames.count == 1)
    #expect(small.usedPorts == [frame.ingress])
    #expect(small.floodVLANs.isEmpty && small.isolated.isEmpty)
    #expect(small.frames[0].tags.count <= 1)
    #expect(small.isSound)
  }

  @Test("keeps within its budget")
  func budget() {
    var tried = 0
    var shrinker = Shrinker(budget: 5)
    _ = shrinker.shrink(Self.scenario(1)) { _ in
      tried += 1
      return false
    }
    #expect(tried == 5)
  }

  @Test("gives a scenario back that fails only as a whole")
  func unshrinkable() {
    let whole = Self.scenario(2)
    var shrinker = Shrinker(budget: 1000)
    #expect(shrinker.shrink(whole) { $0 == whole } == whole)
  }
}
