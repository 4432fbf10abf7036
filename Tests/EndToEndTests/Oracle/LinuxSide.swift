import SwitchOracle

/// The switch that is tested: a Linux bridge with the mirrors of mirrorctl.
final class LinuxSide: OracleSide {
  /// How often a copy may be queued on its way, and one to spare.
  private static let rounds = 3

  let stations: Stations
  private let namespace: NetworkNamespace
  private let senders: [String: FrameSocket]
  private let mirrorctl: MirrorProgram

  init(_ topology: Topology) throws {
    let namespaces = try topology.makeNamespaces(["linux", "linux-ends"])
    namespace = namespaces[0]
    mirrorctl = try MirrorProgram(in: namespace)
    try Stations.makeWires(namespace, ends: namespaces[1])
    let joins = Scenario.members.map { "link set dev \($0) master \(Scenario.bridge)\n" }.joined()
    let bridge =
      "link add \(Scenario.bridge) address \(WireCode.host) type bridge stp_state 0 forward_delay 0 mcast_snooping 0 "
      + "vlan_default_pvid 0\nlink set dev \(Scenario.bridge) arp off up\n"
    try Command(["ip", "-batch", "-"], input: bridge + joins, in: namespace).succeed()
    try namespace.awaitForwarding()
    stations = try Stations(of: namespace, ends: namespaces[1])
    var senders: [String: FrameSocket] = [:]
    for port in Scenario.members { senders[port] = try FrameSocket(port, in: namespace, hearing: .nothing) }
    self.senders = senders
  }

  /// Configures the bridge and applies a profile.
  /// - Returns: what mirrorctl says where it refuses the profile.
  func configure(_ scenario: Scenario, profile: String) throws -> String? {
    try mirrorctl.clear()
    try batch("ip", LinuxText.linkLines(for: scenario))
    try batch("bridge", LinuxText.vlanLines(for: scenario))
    return try mirrorctl.apply(profile)
  }

  private func batch(_ tool: String, _ lines: [String]) throws {
    try Command([tool, "-batch", "-"], input: lines.joined(separator: "\n") + "\n", in: namespace).succeed()
  }

  /// Sentinels leave by each port behind what was sent there before; what the host receives takes no longer.
  func settle() throws {
    for _ in 0..<Self.rounds {
      try Processor.onEach {
        stations.renewSentinels()
        for (origin, port) in Scenario.members.enumerated() {
          try senders[port]?.send(stations.nextSentinel(from: origin))
          try stations.awaitSentinels(at: port, from: [origin])
        }
      }
    }
    try stations.collect(at: Scenario.bridge)
  }
}
