import SwitchOracle
import Testing

@Suite("Generated scenarios")
struct GeneratorTests {
  @Test("are the same for the same number, and sound")
  func reproducible() {
    for number in 0..<500 {
      var (first, second) = (ScenarioGenerator(seed: 1, number: number), ScenarioGenerator(seed: 1, number: number))
      let scenario = first.scenario()
      #expect(scenario == second.scenario())
      #expect(scenario.isSound, "scenario \(number)")
    }
  }
}
