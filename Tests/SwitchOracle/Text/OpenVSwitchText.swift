/// A scenario as one transaction of ovs-vsctl(8).
public enum OpenVSwitchText {
  /// The words after `ovs-vsctl`, one command an element; commands are joined by `--`.
  ///
  /// Mirrors get UUIDs that go up with their places in the scenario, because Open vSwitch carries mirrors out in the order of
  /// their UUIDs, and what it copies can hang on that order.
  ///
  /// - Parameter turn: a number that no earlier configuration of the same database had, from 0 to 2³² - 1.
  public static func commands(for scenario: Scenario, turn: Int = 0) -> [[String]] {
    [["clear", "bridge", Scenario.bridge, "mirrors", "flood_vlans"]] + [bridge(scenario)]
      + Scenario.portNames.map { port($0, scenario) } + mirrors(scenario, turn: turn)
  }

  /// The arguments of one call.
  public static func arguments(for scenario: Scenario, turn: Int) -> [String] {
    commands(for: scenario, turn: turn).flatMap { ["--"] + $0 }
  }

  private static func bridge(_ scenario: Scenario) -> [String] {
    let floods = scenario.floodVLANs.isEmpty ? [] : ["flood_vlans=" + list(scenario.floodVLANs)]
    return ["set", "bridge", Scenario.bridge, "other_config:forward-bpdu=\(scenario.controlFrames == .forwarded)"]
      + floods
  }

  private static func port(_ name: String, _ scenario: Scenario) -> [String] {
    ["set", "port", name, "protected=\(scenario.isolated.contains(name))"] + columns(of: scenario.mode(of: name))
  }

  private static func columns(of mode: PortMode) -> [String] {
    switch mode {
    case .access(let own): ["vlan_mode=access", "tag=\(own)", "trunks=[]"]
    case .trunk(let all): ["vlan_mode=trunk", "tag=[]", "trunks=" + list(all)]
    case .nativeTagged(let own, let all): ["vlan_mode=native-tagged", "tag=\(own)", "trunks=" + list(all + [own])]
    case .nativeUntagged(let own, let all): ["vlan_mode=native-untagged", "tag=\(own)", "trunks=" + list(all + [own])]
    case .open: ["vlan_mode=[]", "tag=[]", "trunks=[]"]
    case .parked: ["vlan_mode=trunk", "tag=[]", "trunks=4095"]
    }
  }

  private static func mirrors(_ scenario: Scenario, turn: Int) -> [[String]] {
    guard !scenario.mirrors.isEmpty else { return [] }
    let named = Set(scenario.mirrors.flatMap(explicitPorts)).sorted()
    let references = named.map { ["--id=@\($0)", "get", "port", $0] }
    let identities = scenario.mirrors.indices.map { identity(turn: turn, position: $0) }
    let rows = zip(identities, scenario.mirrors).map { identity, mirror in
      ["--id=\(identity)", "create", "mirror", "name=\(mirror.name)"] + columns(of: mirror)
    }
    return references + rows + [["set", "bridge", Scenario.bridge, "mirrors=" + identities.joined(separator: ",")]]
  }

  private static func identity(turn: Int, position: Int) -> String {
    func digits(_ number: Int, _ count: Int) -> String {
      let text = String(number, radix: 16)
      return String(repeating: "0", count: count - text.count) + text
    }
    return "\(digits(turn, 8))-0000-4000-8000-\(digits(position, 12))"
  }

  private static func explicitPorts(of mirror: ScenarioMirror) -> [String] {
    var names: [String] = []
    if case .ports(let source, let destination) = mirror.scope { names += source + destination }
    if case .port(let output) = mirror.output { names.append(output) }
    return names
  }

  private static func columns(of mirror: ScenarioMirror) -> [String] {
    var columns: [String] = []
    switch mirror.scope {
    case .everyPort: columns.append("select_all=true")
    case .ports(let source, let destination):
      columns += [("select_src_port", source), ("select_dst_port", destination)].filter { !$0.1.isEmpty }.map {
        $0.0 + "=" + $0.1.map { "@\($0)" }.joined(separator: ",")
      }
    }
    if !mirror.vlans.isEmpty { columns.append("select_vlan=" + list(mirror.vlans)) }
    switch mirror.output {
    case .port(let name): columns.append("output_port=@\(name)")
    case .vlan(let id, _): columns.append("output_vlan=\(id)")
    }
    return columns
  }

  private static func list(_ vlans: [UInt16]) -> String {
    Set(vlans).sorted().map(String.init).joined(separator: ",")
  }
}
