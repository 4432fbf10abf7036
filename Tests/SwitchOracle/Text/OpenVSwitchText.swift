/// A scenario as one transaction of ovs-vsctl(8).
public enum OpenVSwitchText {
  /// The words after `ovs-vsctl`, one command an element; commands are joined by `--`.
  public static func commands(for scenario: Scenario) -> [[String]] {
    [["clear", "bridge", Scenario.bridge, "mirrors", "flood_vlans"]] + [bridge(scenario)]
      + Scenario.portNames.map { port($0, scenario) } + mirrors(scenario)
  }

  /// The arguments of one call.
  public static func arguments(for scenario: Scenario) -> [String] {
    commands(for: scenario).flatMap { ["--"] + $0 }
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

  private static func mirrors(_ scenario: Scenario) -> [[String]] {
    guard !scenario.mirrors.isEmpty else { return [] }
    let named = Set(scenario.mirrors.flatMap(explicitPorts)).sorted()
    let references = named.map { ["--id=@\($0)", "get", "port", $0] }
    let rows = scenario.mirrors.map { ["--id=@\($0.name)", "create", "mirror", "name=\($0.name)"] + columns(of: $0) }
    let all = scenario.mirrors.map { "@\($0.name)" }.joined(separator: ",")
    return references + rows + [["set", "bridge", Scenario.bridge, "mirrors=\(all)"]]
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
