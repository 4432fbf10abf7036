import NetworkTypes

/// Writes profiles and their parts as canonical text: one line of JSON, without spaces and without defaults.
///
/// Equal values give equal text, and ``ProfileDecoder`` reads it back into the equal value. The text is kept in the
/// kernel with the objects that it describes, where space is scarce.
public enum ProfileEncoder {
  /// A whole profile; its name is always written.
  public static func encode(_ profile: Profile) -> String {
    var members = JSONMembers<ProfileKey>()
    members.add(.version, number: 1)
    members.add(.profile, string: profile.name)
    if !profile.mirrors.isEmpty { members.add(.mirrors, json: JSONText.array(profile.mirrors.map(encode))) }
    if !profile.bridges.isEmpty { members.add(.bridges, json: JSONText.array(profile.bridges.map(encode))) }
    return members.text
  }

  /// One mirror, for ``ProfileDecoder/decodeMirror(_:file:)``.
  public static func encode(_ mirror: PortMirror) -> String {
    var members = JSONMembers<MirrorKey>()
    members.add(.name, string: mirror.name)
    members.add(.enabled, flag: mirror.administrativeState == .enabled, default: true)
    members.add(.bridge, string: mirror.bridge)
    add(mirror.selection, to: &members)
    members.add(.view, string: mirror.view == .wire ? nil : mirror.view.rawValue)
    add(mirror.output, to: &members)
    members.add(.snaplen, number: mirror.snaplen)
    members.add(.sample, json: mirror.sample.map(json))
    members.add(.rate, json: mirror.rate.map(json))
    members.add(.normalize, flag: mirror.normalization == .wireFrames)
    members.add(.offload, string: mirror.offload == .auto ? nil : mirror.offload.rawValue)
    members.add(.hook, string: mirror.hook == .auto ? nil : mirror.hook.rawValue)
    members.add(.order, string: mirror.order == .first ? nil : mirror.order.rawValue)
    members.add(.force, flag: mirror.cyclePolicy == .allow)
    return members.text
  }

  /// What is asked of one bridge, for ``ProfileDecoder/decodeBridge(_:file:)``.
  public static func encode(_ bridge: BridgeSettings) -> String {
    var members = JSONMembers<BridgeKey>()
    members.add(.name, string: bridge.name)
    members.add(.floodVLANs, list: json(VLANSet(bridge.floodVLANs)))
    return members.text
  }

  private static func add(_ selection: Selection, to members: inout JSONMembers<MirrorKey>) {
    switch selection.scope {
    case .everyPort:
      members.add(.selectAll, flag: true)
    case .ports(let source, let destination):
      members.add(.selectSourcePort, list: source.map { JSONText.string($0.text) })
      members.add(.selectDestinationPort, list: destination.map { JSONText.string($0.text) })
    }
    members.add(.selectVLAN, list: selection.vlans.map(json) ?? [])
    members.add(.filter, string: selection.filter)
  }

  private static func add(_ output: Output, to members: inout JSONMembers<MirrorKey>) {
    switch output {
    case .ports(let names): members.add(.outputPort, list: names.map(JSONText.string))
    case .vlan(let output): members.add(.outputVLAN, json: json(output))
    case .tunnel(let output): members.add(.outputTunnel, json: output.json)
    }
  }

  /// Numbers and ranges; two neighbours are shorter as numbers.
  private static func json(_ vlans: VLANSet) -> [String] {
    vlans.ranges.flatMap { range in
      range.count <= 2
        ? range.map { "\($0)" } : [JSONText.string("\(range.lowerBound)-\(range.upperBound)")]
    }
  }

  private static func json(_ output: VLANOutput) -> String {
    guard output != VLANOutput(id: output.id) else { return "\(output.id)" }
    var members = JSONMembers<VLANOutputKey>()
    members.add(.id, number: output.id)
    members.add(.ports, list: output.ports.map { $0.map { JSONText.string($0.text) } } ?? [])
    members.add(.keepInner, flag: output.innerTag == .kept)
    members.add(.reflect, flag: output.ingressPort == .included)
    return members.text
  }

  private static func json(_ sample: Sample) -> String {
    guard sample.choice == .random else { return "\(sample.oneIn)" }
    var members = JSONMembers<SampleKey>()
    members.add(.oneIn, number: sample.oneIn)
    members.add(.random, flag: true)
    return members.text
  }

  private static func json(_ limit: RateLimit) -> String {
    let rate = json(limit.bitsPerSecond, units: Quantity.rateUnits)
    guard let burst = limit.burstBytes else { return rate }
    var members = JSONMembers<RateKey>()
    members.add(.rate, json: rate)
    members.add(.burst, json: json(burst, units: Quantity.sizeUnits))
    return members.text
  }

  /// With its unit, or as a number if that is shorter.
  private static func json(_ quantity: Int, units: [(name: String, factor: Int)]) -> String {
    let withUnit = JSONText.string(Quantity.format(quantity, units: units))
    let number = "\(quantity)"
    return number.utf8.count < withUnit.utf8.count ? number : withUnit
  }
}
