/// The second laboratory: two bridges that know VLANs, joined by a wire.
///
///     namespace sw                                                namespaces h1, h2, h4
///       br0 ─┬─ tap1   access, VLAN 1 ─────────────────────────────── eth0  10.10.10.11/24
///            ├─ tap2   access, VLAN 1 ─────────────────────────────── eth0  10.10.10.12/24
///            └─ p0 ─┐  trunk: 1 untagged, 111 tagged
///       br1 ─┬─ p1 ─┘  trunk: 1 untagged, 111 tagged
///            └─ tap4   the analyser's, as the test says ───────────── eth0
struct RemoteSpanLab {
  /// The first bridge and its hosts; ``SwitchLab/host(_:)`` 4 does not exist there.
  let first: SwitchLab
  let analyser: NetworkNamespace

  var sw: NetworkNamespace { first.sw }

  /// Builds it, with the analyser's port a member of VLANs in the words of bridge(8): `vid 111 pvid untagged`.
  init(_ topology: Topology, analyser membership: String) throws {
    first = try SwitchLab(topology, hosts: 2, bridge: "vlan_filtering 1")
    analyser = try topology.makeNamespaces(["h4"])[0]
    let sw = first.sw
    try sw.ip(
      "link add br1 address 02:00:00:00:02:01 type bridge stp_state 0 forward_delay 0 mcast_snooping 0 vlan_filtering 1",
      "link set dev br1 up",
      "link add p0 address 02:00:00:00:01:f0 type veth peer name p1 address 02:00:00:00:01:f1",
      "link set dev p0 master br0 up", "link set dev p1 master br1 up",
      "link add tap4 address 02:00:00:00:01:04 type veth "
        + "peer name eth0 address \(SwitchLab.address(4)) netns \(analyser)",
      "link set dev tap4 master br1 up")
    try analyser.switchOn("eth0", arp: false)
    try sw.bridge(
      "vlan add dev p0 vid 111", "vlan add dev p1 vid 111",
      "vlan del dev tap4 vid 1", "vlan add dev tap4 \(membership)")
    try sw.awaitForwarding()
    try first.ping(from: 1, to: 2, count: 1)
  }

  /// What reaches the analyser.
  func capture() throws -> Capture {
    try Capture("eth0", in: analyser, barrier: "tap4", in: sw)
  }
}

func withRemoteSpanLab(analyser membership: String, _ body: (RemoteSpanLab) throws -> Void) throws {
  try withTopology { try body(RemoteSpanLab($0, analyser: membership)) }
}
