import Testing

/// A switch with two hosts and a wire to a collector; the test itself lays out the underlay between the two.
///
///     namespace sw                              a namespace of its own
///       br0 ── tap1, tap2 (hosts 1 and 2)
///       up0 ─────────────────────────────────────── eth0   takes everything and says nothing
struct UnderlayLab {
  /// Where the next hop to the collector is.
  static let neighbor = "02:00:00:00:03:02"

  let first: SwitchLab
  let far: NetworkNamespace

  var sw: NetworkNamespace { first.sw }
  var mirrorctl: MirrorCommand { MirrorCommand(in: sw) }

  init(_ topology: Topology, bridge options: String = "") throws {
    first = try SwitchLab(topology, hosts: 2, bridge: options)
    far = try first.addWire("up0")
    try first.ping(from: 1, to: 2, count: 1)
  }

  /// Gives a device of the switch addresses for tunnels, IPv4 and IPv6, and leads the routes to the collector over it.
  func addUnderlay(_ device: String) throws {
    try sw.switchOn(device)
    try sw.enableIPv6(on: device)
    try sw.run(
      "ip",
      [
        "addr replace 10.0.2.15/24 dev \(device)", "addr replace fd00:2::15/64 dev \(device) nodad",
        "neigh replace 10.0.2.2 lladdr \(Self.neighbor) dev \(device) nud permanent",
        "neigh replace fd00:2::2 lladdr \(Self.neighbor) dev \(device) nud permanent",
      ] + Self.routes)
  }

  private static let routes = ["route replace 10.95.30.0/24 via 10.0.2.2", "route replace fd00:95::/64 via fd00:2::2"]

  func addRoutes() throws { try sw.run("ip", Self.routes) }

  func removeRoutes() throws {
    try sw.ip("route del 10.95.30.0/24", "route del fd00:95::/64")
  }

  /// What leaves for the collector.
  func capture() throws -> Capture {
    try Capture("eth0", in: far, barrier: "up0", in: sw)
  }

  /// A mirror of one side of host 1's port into a tunnel.
  static func mirror(_ kind: TunnelKind, _ side: MirroredSide, _ more: String = "") -> String {
    profile("{name: m3, bridge: br0, \(side.selection), \(kind.output(more))}")
  }

  /// Lets ten echo requests and their answers pass, and gives what reached the collector.
  func traffic(at capture: Capture) throws -> [Frame] {
    try first.ping(from: 1, to: 2, count: 10)
    return try capture.drain()
  }

  /// The copies that ten echo requests and their answers gave at the collector, tagged underlay or not.
  func copies(_ kind: TunnelKind, at capture: Capture) throws -> [Frame] {
    kind.contents(of: try traffic(at: capture).map(\.untagged).compactMap(\.packet)).map(\.frame)
  }

  /// Runs a whole case: nothing before, each frame of the side once while the mirror is there, nothing after it.
  func expectMirror(
    _ kind: TunnelKind, _ side: MirroredSide, _ more: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let collector = try capture()
    #expect(try copies(kind, at: collector) == [], "before", sourceLocation: sourceLocation)
    try mirrorctl.applyWithWarnings(Self.mirror(kind, side, more), sourceLocation: sourceLocation)
    let found = try copies(kind, at: collector)
    #expect(found.kinds == side.tenFrames, "while it is there", sourceLocation: sourceLocation)
    try mirrorctl.clear()
    #expect(try copies(kind, at: collector) == [], "after", sourceLocation: sourceLocation)
  }
}

/// Which way the mirrored frames cross host 1's port; echo requests and replies tell the two ways apart.
enum MirroredSide: String, Sendable, CaseIterable {
  case ingress, egress

  var selection: String { self == .ingress ? "select_src_port: tap1" : "select_dst_port: tap1" }
  var tenFrames: [String] { Array(repeating: self == .ingress ? "request" : "reply", count: 10) }
}

extension TunnelKind {
  /// gretap over IPv4 and over IPv6.
  static let gretaps = all.filter { $0.options.contains("gretap") }
}

func withUnderlayLab(bridge options: String = "", _ body: (UnderlayLab) throws -> Void) throws {
  try withTopology { try body(UnderlayLab($0, bridge: options)) }
}
