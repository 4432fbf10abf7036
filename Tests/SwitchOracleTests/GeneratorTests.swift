import SwitchOracle
import Testing

@Suite("Generated scenarios")
struct GeneratorTests {
  private static func scenario(_ number: Int) -> Scenario {
    var generator = ScenarioGenerator(seed: UInt64(number))
    return generator.scenario()
  }

  private static let many = (0..<500).map(scenario)

  @Test("are the same for the same number, and others for another seed")
  func reproducible() {
    var other = ScenarioGenerator(seed: 8)
    #expect(Self.scenario(7) == Self.scenario(7))
    #expect(Self.scenario(7) != other.scenario())
  }

  @Test("hold only frames that tell something")
  func sound() {
    for (number, scenario) in Self.many.enumerated() { #expect(scenario.isSound, "scenario \(number)") }
  }

  @Test("never list an output among its mirror's own ports")
  func profilesAreValid() {
    for mirror in Self.many.flatMap(\.mirrors) {
      guard case .port(let output) = mirror.output, case .ports(let source, let destination) = mirror.scope else {
        continue
      }
      #expect(!(source + destination).contains(output))
    }
  }

  @Test("hold everything that mirrors can be made of")
  func variety() {
    let mirrors = Self.many.flatMap(\.mirrors)
    let frames = Self.many.flatMap(\.frames)
    let modes = Self.many.flatMap(\.modes.values)
    func isThere<Value>(_ list: [Value], _ what: String, _ condition: (Value) -> Bool) {
      let isFound = list.contains(where: condition)
      #expect(isFound, "\(what)")
    }
    isThere(Self.many, "a plain bridge") { $0.kind == .plain }
    isThere(Self.many, "equal destinations") { Set($0.mirrors.map(\.output)).count < $0.mirrors.count }
    isThere(Self.many, "different destinations") { Set($0.mirrors.map(\.output)).count > 1 }
    isThere(Self.many, "flooded VLANs") { !$0.floodVLANs.isEmpty }
    isThere(Self.many, "isolated ports") { $0.isolated.count > 1 }
    isThere(mirrors, "select_all") { $0.scope == .everyPort }
    isThere(mirrors, "no port (S3)") { $0.scope == .ports(source: [], destination: []) }
    isThere(mirrors, "the bridge device on both sides") {
      $0.scope != .everyPort && $0.sources.contains(Scenario.bridge) && $0.destinations.contains(Scenario.bridge)
    }
    isThere(mirrors, "select_vlan") { !$0.vlans.isEmpty }
    isThere(mirrors, "output_vlan without reflection") { $0.output == .vlan(111, reflection: .none) }
    isThere(modes, "native-tagged") { if case .nativeTagged = $0 { true } else { false } }
    isThere(modes, "native-untagged") { if case .nativeUntagged = $0 { true } else { false } }
    isThere(frames, "a priority tag") { $0.tags.first?.vlan == 0 && $0.tags.first?.priority == 5 }
    isThere(frames, "two tags") { $0.tags.count == 2 }
    isThere(frames, "a service tag") { $0.tags.first?.kind == .service }
    isThere(frames, "a known station") { if case .station = $0.destination { true } else { false } }
    isThere(frames, "an unknown station") { $0.destination == .unknown }
    for address in ControlAddress.forwardable + ControlAddress.ordinary {
      isThere(frames, "\(address)") { $0.destination == .control(address) }
    }
  }
}
