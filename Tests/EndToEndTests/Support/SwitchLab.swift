/// The first laboratory: a switch whose ports lead to hosts.
///
///     namespace sw                       namespaces h1, h2, h3 …
///       br0 ─┬─ tap1 ────────────────────── eth0  10.10.10.11/24
///            ├─ tap2 ────────────────────── eth0  10.10.10.12/24
///            └─ tap3 ────────────────────── eth0  10.10.10.13/24
///
/// Hosts are counted from 1. No interface speaks by itself, so a capture holds what the test caused and nothing else.
struct SwitchLab {
  let topology: Topology
  let sw: NetworkNamespace
  let hosts: [NetworkNamespace]

  /// Builds it, with further words for `ip link add br0 type bridge …`, such as `vlan_filtering 1`.
  init(_ topology: Topology, hosts count: Int, bridge options: String = "") throws {
    self.topology = topology
    let namespaces = try topology.makeNamespaces(["sw"] + (1...count).map { "h\($0)" })
    (sw, hosts) = (namespaces[0], Array(namespaces.dropFirst()))
    let bridge = "link add br0 address 02:00:00:00:02:00 type bridge stp_state 0 forward_delay 0 mcast_snooping 0"
    var lines = [bridge + " " + options, "link set dev br0 up", "link set dev lo up"]
    for (host, number) in zip(hosts, 1...) {
      lines.append(
        "link add tap\(number) address 02:00:00:00:01:0\(number) type veth "
          + "peer name eth0 address \(Self.address(number)) netns \(host)")
      lines.append("link set dev tap\(number) master br0 up")
    }
    try sw.run("ip", lines)
    try sw.confirmNoNeighbours(of: "br0")
    for (host, number) in zip(hosts, 1...) {
      try host.confirmNoNeighbours(of: "eth0")
      try host.switchOn("eth0", address: Self.ip(number))
      try host.switchOn("lo")
    }
    try sw.awaitForwarding()
  }

  /// The host behind a port.
  func host(_ number: Int) -> NetworkNamespace { hosts[number - 1] }

  static func address(_ number: Int) -> HardwareAddress { HardwareAddress(0, UInt8(number)) }
  static func ip(_ number: Int) -> NetworkAddress { NetworkAddress("10.10.10.\(10 + number)") }

  /// What reaches a host.
  func capture(at number: Int) throws -> Capture {
    try Capture("eth0", in: host(number), barrier: "tap\(number)", in: sw)
  }

  /// Adds an interface of the switch that is no port of the bridge, its other end in a namespace of its own.
  func addWire(_ name: String) throws -> NetworkNamespace {
    let end = try topology.makeNamespaces([name])[0]
    try sw.addWire(name, to: end)
    try sw.switchOn(name)
    try end.switchOn("eth0", arp: false)
    try sw.awaitForwarding()
    return end
  }

  /// Takes the bridge away, for tests that count what a service does: the kernel tells of a bridge's carrier once a second at most,
  /// so the last such event can come any time after ``NetworkNamespace/awaitForwarding(except:)``.
  func removeBridge() throws { try sw.ip("link del br0") }

  /// What leaves by an interface that ``addWire(_:)`` made.
  func capture(wire name: String, to end: NetworkNamespace) throws -> Capture {
    try Capture("eth0", in: end, barrier: name, in: sw)
  }

  /// A host sends echo requests to another and has all of the answers.
  func ping(from: Int, to: Int, count: Int = 2, size: Int = 56) throws {
    try Self.ping(Self.ip(to).description, from: host(from), count: count, size: size)
  }

  static func ping(_ address: String, from host: NetworkNamespace, count: Int = 2, size: Int = 56) throws {
    guard address.contains(":") else {
      return try EchoClient(in: host).ask(NetworkAddress(address), count: count, size: size)
    }
    try Command(
      ["ping", "-n", "-q", "-i", "0.002", "-W", "5", "-c", "\(count)", "-s", "\(size)", address], in: host
    ).succeed()
  }

  /// Puts a frame on the wire towards the switch.
  func send(_ frame: Frame, from number: Int) throws {
    try FrameSocket("eth0", in: host(number)).send(frame)
  }

  /// Frees the hosts of what they learned about each other, so that the next ping begins with ARP.
  func forgetNeighbours() throws {
    for host in hosts { try host.ip("neigh flush dev eth0") }
  }
}

/// A laboratory with hosts 1 to `count` and no VLANs.
func withSwitchLab(hosts count: Int, bridge options: String = "", _ body: (SwitchLab) throws -> Void) throws {
  try withTopology { try body(SwitchLab($0, hosts: count, bridge: options)) }
}
