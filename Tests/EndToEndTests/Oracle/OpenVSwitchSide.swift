import SwitchOracle

/// The switch that is right: Open vSwitch with its userspace datapath.
final class OpenVSwitchSide: OracleSide {
  /// More than one, because the datapath may send the frames of one burst in an order of its own.
  private static let rounds = 2

  let stations: Stations
  private let openVSwitch: OpenVSwitch
  private var configurations = 0
  /// Ports whose frames the switch drops.
  private var deaf: Set<String> = []
  /// Ports that send nothing to each other.
  private var isolated: Set<String> = []

  init(_ topology: Topology) throws {
    let namespaces = try topology.makeNamespaces(["ovs", "ovs-ends"])
    try Stations.makeWires(namespaces[0], ends: namespaces[1])
    for port in Scenario.members { try Command(["ethtool", "-K", port, "tx", "off"], in: namespaces[0]).succeed() }
    openVSwitch = try OpenVSwitch(in: namespaces[0])
    let ports = Scenario.members.enumerated().flatMap { index, port in
      ["--", "add-port", Scenario.bridge, port, "--", "set", "interface", port, "ofport_request=\(index + 1)"]
    }
    try openVSwitch.configure(
      [
        "add-br", Scenario.bridge, "--", "set", "bridge", Scenario.bridge, "datapath_type=netdev",
        "other_config:hwaddr=\"\(WireCode.host)\"",
      ] + ports)
    let everywhere = Scenario.members.indices.map { "output:\($0 + 1)" } + ["LOCAL", "IN_PORT"]
    try openVSwitch.addFlow(
      Scenario.bridge, "priority=100,dl_type=\(Capture.sentinelType),actions=" + everywhere.joined(separator: ","))
    try namespaces[0].ip("link set dev \(Scenario.bridge) arp off up")
    stations = try Stations(of: namespaces[0], ends: namespaces[1])
  }

  func configure(_ scenario: Scenario) throws {
    try openVSwitch.configure(OpenVSwitchText.arguments(for: scenario, turn: configurations))
    configurations += 1
    (deaf, isolated) = (scenario.reservedPorts, scenario.isolated)
    // Mirrors take effect a turn of the daemon's main loop after it has reported success; two calls are a turn apart.
    try openVSwitch.control.call("version")
    try openVSwitch.control.call("fdb/flush", [Scenario.bridge])
  }

  /// What `mirrorctl import ovs` prints.
  func importedProfile() throws -> String {
    try Command([MirrorCommand.path, "import", "ovs", "--db", openVSwitch.database]).succeed()
  }

  /// The sentinels' own flow sends each of them to every port, whatever the VLANs are, behind what came in before it. What
  /// came in by reserved ports has been read before the second sentinels, as the switch reads its ports in turn.
  func settle() throws {
    let origins = Scenario.portNames.enumerated().filter { !deaf.contains($0.element) }
    for _ in 0..<Self.rounds {
      stations.renewSentinels()
      for (origin, port) in origins { try stations.send(stations.nextSentinel(from: origin), into: port) }
      for port in Scenario.portNames {
        let heard = origins.filter { !isolated.isSuperset(of: [port, $0.element]) }
        try stations.awaitSentinels(at: port, from: Set(heard.map(\.offset)))
      }
    }
  }
}
