import MirrorModel
import NetworkTypes

/// The VLANs of a bridge's ports, as commands that give a Linux bridge the same.
///
/// In Open vSwitch a frame without a VLAN is in VLAN 0, which Linux bridges do not have: there it gets the port's PVID. So one VLAN
/// that nothing else uses stands for it.
struct BridgeVLANs {
  let bridge: OVSBridge
  let ports: [PortView]
  /// The names of ports that mirrors send copies to.
  let outputs: Set<String>

  /// Whether any VLANs are set at all; otherwise a Linux bridge that does not look at VLANs does the same.
  let areUsed: Bool
  /// What stands for VLAN 0: the lowest VLAN that neither a port nor a mirror names.
  let untagged: UInt16

  init(_ bridge: OVSBridge, ports: [PortView], outputs: Set<String>, mirrors: [OVSMirror]) {
    (self.bridge, self.outputs) = (bridge, outputs)
    self.ports = ports.sorted { $0.name < $1.name }
    areUsed =
      !bridge.floodVLANs.isEmpty
      || ports.contains { $0.port.tag ?? 0 != 0 || !$0.port.trunks.isEmpty || $0.port.vlanMode != nil }
    var used = Set(bridge.floodVLANs)
    for port in ports.map(\.port) { used.formUnion(port.trunks + [port.tag ?? 0]) }
    for mirror in mirrors { used.formUnion(mirror.selectVLANs + [mirror.outputVLAN ?? 0, mirror.filteredVLAN ?? 0]) }
    untagged = (1...4094).first { !used.contains(Int($0)) } ?? 1
  }

  /// The commands, with remarks as comments.
  var commands: [String] {
    guard areUsed else {
      return ["# \(Quotation.escape(bridge.name)) uses no VLANs: an ordinary Linux bridge switches as it does"]
    }
    let name = ShellWord.quote(bridge.name)
    return [
      "# frames without a VLAN tag, which are in VLAN 0 of Open vSwitch, are in VLAN \(untagged) here",
      "ip link set \(name) type bridge vlan_filtering 1 vlan_default_pvid 0",
    ] + ports.flatMap(commands)
  }

  private func commands(_ view: PortView) -> [String] {
    let use: PortView.Use = outputs.contains(view.name) ? .output : .member
    let remark = view.remark(as: use).map { ["# \(view.record) is \($0)"] } ?? []
    guard view.hasUsableName else { return ["# \(view.record): no Linux interface can have this name"] }
    if view.port.vlanMode == "dot1q-tunnel" {
      let tag = view.port.tag ?? 0
      return remark + [
        "# \(view.record) is a dot1q-tunnel with the service VLAN \(tag): "
          + "a Linux bridge does that with vlan_protocol 802.1ad for all of its ports"
      ]
    }
    let suffix: String
    if case .local = view.kind { suffix = " self" } else { suffix = "" }
    let start = "bridge vlan add dev \(ShellWord.quote(view.name)) vid "
    return remark + membership(view.port).map { start + $0 + suffix }
  }

  /// What follows `vid`: the VLAN of frames without a tag first, then those that keep their tags.
  private func membership(_ port: OVSPort) -> [String] {
    let native = port.tag.map { $0 == 0 ? untagged : UInt16($0) }
    switch port.vlanMode {
    case nil where native != nil, "access"?:
      return ["\(native ?? untagged) pvid untagged"]
    case "native-tagged"? where native != nil && native != untagged:
      let pvid = native ?? untagged
      return ["\(pvid) pvid"] + tagged(port, besides: pvid)
    case "native-tagged"?, "native-untagged"?:
      let pvid = native ?? untagged
      return ["\(pvid) pvid untagged"] + tagged(port, besides: pvid)
    default:
      guard port.trunks.isEmpty || port.trunks.contains(0) else { return tagged(port, besides: nil) }
      return ["\(untagged) pvid untagged"] + tagged(port, besides: untagged)
    }
  }

  /// No trunks are all VLANs.
  private func tagged(_ port: OVSPort, besides native: UInt16?) -> [String] {
    let others = Set([untagged, native ?? untagged])
    let ranges =
      port.trunks.isEmpty
      ? Self.all(besides: others)
      : VLANSet(port.trunks.map { UInt16($0) }).subtracting(VLANSet([0, 4095] + others)).ranges
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
  }

  private static func all(besides others: Set<UInt16>) -> [ClosedRange<UInt16>] {
    var ranges: [ClosedRange<UInt16>] = []
    var start: UInt16 = 1
    for other in others.sorted() + [4095] {
      if start < other { ranges.append(start...(other - 1)) }
      start = other + 1
    }
    return ranges
  }
}
