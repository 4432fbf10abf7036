import CMnl

extension ActionRecord {
  /// Everything that an action may return; empty: not known.
  static func controls(of kind: String, _ options: Attributes) -> [Int32] {
    if kind == "police" { return policeControls(options) }
    let control = parameterTypes[kind]?.lazy.compactMap { options[$0]?.load(Int32.self, at: controlOffset) }.first
    guard let control else { return [] }
    guard kind == "gact", let probability = options.value(TCA_GACT_PROB, tc_gact_p.self) else { return [control] }
    return [control, probability.paction]
  }

  /// For rates that are exceeded and, where `TCA_POLICE_RESULT` is missing `TC_ACT_OK`, for those that are not.
  static func policeControls(_ options: Attributes) -> [Int32] {
    guard let parameters = options.value(TCA_POLICE_TBF, tc_police.self) else { return [] }
    return [parameters.action, options.value(TCA_POLICE_RESULT, Int32.self) ?? TC_ACT_OK]
  }

  /// Where an action's parameters (`TCA_…_PARMS`) have their `tc_gen` of linux/pkt_cls.h, which they begin with. act_bpf is
  /// missing: its program decides.
  private static let parameterTypes: [String: [Int]] = [
    "gact": [Int(TCA_GACT_PARMS)], "mirred": [Int(TCA_MIRRED_PARMS)], "vlan": [Int(TCA_VLAN_PARMS)],
    "connmark": [1], "csum": [1], "ct": [1], "nat": [1],
    "mpls": [2], "sample": [2], "simple": [2], "skbedit": [2], "skbmod": [2], "tunnel_key": [2],
    "pedit": [2, 4],
  ]
  /// Of `action` in `tc_gen`.
  private static let controlOffset = 8
}
