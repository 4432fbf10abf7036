/// The third laboratory: a switch whose host has an uplink, and a collector behind a router.
///
///     namespace sw                                  namespace world
///       br0 ── tap1, tap2 (hosts 1 and 2)
///       up0   10.0.2.15/24, fd00:2::15/64 ────────── eth0  10.0.2.2/24, fd00:2::2/64
///                                                    lo    10.95.30.43, fd00:95::43  (the collector)
struct TunnelLab {
  static let key: UInt32 = 0x1111
  static let uplink = NetworkAddress("10.0.2.15")
  static let collector = NetworkAddress("10.95.30.43")
  static let uplink6 = NetworkAddress(octets: [0xfd, 0, 0, 2] + [UInt8](repeating: 0, count: 11) + [0x15])
  static let collector6 = NetworkAddress(octets: [0xfd, 0, 0, 0x95] + [UInt8](repeating: 0, count: 11) + [0x43])

  let first: SwitchLab
  let world: NetworkNamespace

  var sw: NetworkNamespace { first.sw }

  enum Collector {
    /// It has its addresses, and answers with an ICMP error to what it does not take.
    case answers
    /// It takes everything and says nothing.
    case isSilent
  }

  /// - Parameters:
  ///   - count: hosts, of which the first two can talk to each other.
  ///   - options: of the bridge, as ``SwitchLab`` takes them.
  init(
    _ topology: Topology, hosts count: Int = 2, bridge options: String = "", collector: Collector = .answers
  ) throws {
    first = try SwitchLab(topology, hosts: count, bridge: options)
    world = try topology.makeNamespaces(["world"])[0]
    // Interfaces have IPv6 that are made now; they do not speak by themselves, as ``NetworkNamespace/enableIPv6(on:)`` says.
    for namespace in [sw, world] { try namespace.setParameter("ipv6/conf/default/disable_ipv6", to: "0") }
    try world.setParameter("ipv6/conf/lo/disable_ipv6", to: "0")
    let addresses =
      switch collector {
      case .answers: ["addr add 10.95.30.43/32 dev lo", "addr add fd00:95::43/128 dev lo nodad"]
      case .isSilent: ["route add blackhole fd00:95::43/128"]
      }
    try world.run(
      "ip",
      [
        "link add eth0 address 02:00:00:00:03:02 type veth peer name up0 address 02:00:00:00:03:01 netns \(sw)",
        "link set dev eth0 addrgenmode none arp off", "link set dev eth0 up", "link set dev lo up",
        "addr add 10.0.2.2/24 dev eth0", "addr add fd00:2::2/64 dev eth0 nodad",
        "neigh add 10.0.2.15 lladdr 02:00:00:00:03:01 dev eth0",
        "neigh add fd00:2::15 lladdr 02:00:00:00:03:01 dev eth0",
      ] + addresses)
    try sw.ip(
      "link set dev up0 addrgenmode none arp off", "link set dev up0 up",
      "addr add 10.0.2.15/24 dev up0", "addr add fd00:2::15/64 dev up0 nodad",
      "neigh add 10.0.2.2 lladdr 02:00:00:00:03:02 dev up0", "neigh add fd00:2::2 lladdr 02:00:00:00:03:02 dev up0",
      "route add 10.95.30.0/24 via 10.0.2.2", "route add fd00:95::/64 via fd00:2::2")
    for namespace in [sw, world] { try namespace.setParameter("ipv6/conf/default/disable_ipv6", to: "1") }
    try sw.awaitForwarding()
    try first.ping(from: 1, to: 2, count: 1)
  }

  /// What leaves by the uplink.
  func capture() throws -> Capture {
    try Capture("eth0", in: world, barrier: "up0", in: sw)
  }

  /// Gives the collector the other end of a GRE tunnel, and captures what comes out of it whole.
  func captureDecapsulated(from tunnel: String) throws -> Capture {
    try world.ip(
      "link add col type gretap local \(Self.collector) remote \(Self.uplink) key \(Self.key) nopmtudisc",
      "link set dev col addrgenmode none arp off", "link set dev col up")
    return try Capture("col", in: world, barrier: tunnel, in: sw)
  }
}

func withTunnelLab(
  hosts count: Int = 2, bridge options: String = "", collector: TunnelLab.Collector = .answers,
  _ body: (TunnelLab) throws -> Void
) throws {
  try withTopology { try body(TunnelLab($0, hosts: count, bridge: options, collector: collector)) }
}
