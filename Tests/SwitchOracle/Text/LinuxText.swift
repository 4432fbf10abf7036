/// A scenario's switch in the words of Linux's own tools.
public enum LinuxText {
  /// Lines for `ip -batch`.
  public static func linkLines(for scenario: Scenario) -> [String] {
    let isForwarding = scenario.controlFrames == .forwarded
    let aware = scenario.kind == .vlanAware ? 1 : 0
    // Of the link-local addresses 0 to 2 are not the bridge's to forward; 0 and 2 are the port's (BR_GROUPFWD_RESTRICTED).
    let bridge =
      "link set dev \(Scenario.bridge) type bridge vlan_filtering \(aware) group_fwd_mask \(isForwarding ? 0xfff8 : 0) fdb_flush"
    let ports = Scenario.members.map { name in
      "link set dev \(name) type bridge_slave isolated \(scenario.isolated.contains(name) ? "on" : "off") "
        + "group_fwd_mask \(isForwarding ? 0xfffd : 0)"
    }
    return [bridge] + ports
  }

  /// Lines for `bridge -batch`.
  public static func vlanLines(for scenario: Scenario) -> [String] {
    Scenario.portNames.flatMap { name in
      let place = "dev \(name)" + (name == Scenario.bridge ? " self" : "")
      return ["vlan del vid 1-4094 \(place)"]
        + memberships(of: scenario.mode(of: name)).map { "vlan add \($0) \(place)" }
    }
  }

  private static func memberships(of mode: PortMode) -> [String] {
    func tagged(_ vlans: [UInt16], but own: UInt16?) -> [String] {
      Set(vlans).filter { $0 != own }.sorted().map { "vid \($0)" }
    }
    switch mode {
    case .access(let own): return ["vid \(own) pvid untagged"]
    case .trunk(let all): return tagged(all, but: nil)
    case .nativeTagged(let own, let all): return ["vid \(own) pvid"] + tagged(all, but: own)
    case .nativeUntagged(let own, let all): return ["vid \(own) pvid untagged"] + tagged(all, but: own)
    case .open, .parked: return []
    }
  }
}
