/// A scenario's mirrors as a profile of `mirrorctl`.
public enum ProfileText {
  public static func profile(of scenario: Scenario) -> String {
    var lines = ["version: 1", "profile: oracle"]
    if !scenario.mirrors.isEmpty { lines.append("mirrors:") }
    lines += scenario.mirrors.map { "  - {" + members(of: $0).joined(separator: ", ") + "}" }
    if !scenario.floodVLANs.isEmpty {
      lines += ["bridges:", "  - {name: \(Scenario.bridge), flood_vlans: [\(list(scenario.floodVLANs))]}"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func members(of mirror: ScenarioMirror) -> [String] {
    var members = ["name: \(mirror.name)", "bridge: \(Scenario.bridge)"]
    switch mirror.scope {
    case .everyPort: members.append("select_all: true")
    case .ports(let source, let destination):
      members += [("select_src_port", source), ("select_dst_port", destination)].filter { !$0.1.isEmpty }.map {
        "\($0.0): [" + $0.1.joined(separator: ", ") + "]"
      }
    }
    if !mirror.vlans.isEmpty { members.append("select_vlan: [\(list(mirror.vlans))]") }
    members.append("view: switch")
    switch mirror.output {
    case .port(let name): members.append("output_port: \(name)")
    case .vlan(let id, let reflection):
      members.append("output_vlan: {id: \(id), reflect: \(reflection == .asOpenVSwitch)}")
    }
    return members
  }

  private static func list(_ vlans: [UInt16]) -> String { vlans.map(String.init).joined(separator: ", ") }
}
