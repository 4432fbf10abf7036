import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// What is sent for links says the same as what ip(8) and bridge(8) send.
@Suite struct LinkWireTests {
  private typealias Captures = LinkCaptures
  private let table = InterfaceTable([("out0", 11), ("gre0x", 12), ("sp0", 9), ("mct0", 14)])

  private func differences(_ message: MessageBuilder, _ capture: Capture, headerSize: Int = 16) throws -> [String] {
    try MessageDifference.between(message, capture, headerSize: headerSize)
  }

  @Test func gretap() throws {
    var tunnel = Tunnel(
      .gretap(key: 0x1111), remote: .v4([10, 1, 0, 2]), local: .v4([10, 1, 0, 1]), ttl: 64, tos: 0x10, underlay: "out0")
    let device = Device(name: "gre0x", kind: .tunnel(tunnel), alias: "mirrorctl:lab/m0")
    let absent = [
      "18.2.14 - 0000", "18.2.15 - 0000", "18.2.16 - 0000", "18.2.17 - 0000", "18.2.20 - 00000000",
    ]
    #expect(
      try differences(TunnelRequest.message(.add, tunnel, of: device, table), Captures.gretap) == absent,
      "no encapsulation and no mark are the defaults")
    tunnel.remote = .v4([10, 1, 0, 3])
    let change = try differences(TunnelRequest.message(.change, tunnel, of: device, table), Captures.gretapChange)
    #expect(change.filter { $0.hasPrefix("18.") } == absent)
    #expect(change.count == absent.count + 1, "the alias is sent along")
  }

  @Test func ip6gretap() throws {
    let prefix: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11)
    let tunnel = Tunnel(.gretap(key: 5), remote: .v6(prefix + [2]), local: .v6(prefix + [1]), ttl: 64, tos: 0x20)
    let device = Device(name: "gre1x", kind: .tunnel(tunnel), alias: "mirrorctl:lab/m1")
    let lines = try differences(TunnelRequest.message(.add, tunnel, of: device, table), Captures.ip6gretap)
    #expect(lines.filter { !$0.contains(" - ") } == ["18.2.1 00000000 -", "18.2.11 00 04"], "the limit is ignored")
  }

  /// libnl ends the kind with a zero, ip(8) does not.
  @Test func dummyAndVeth() throws {
    expect(try differences(LinkComposer.dummy("mct0", mtu: 9000), Captures.dummy), ["18.1 64756d6d7900 64756d6d79"])
    let pair = try LinkComposer.veth("mct1", peer: "mct1p", mtu: 9000)
    expect(try differences(pair, Captures.veth), ["18.1 7665746800 76657468"])
  }

  @Test func quiet() throws {
    let message = LinkRequest.quiet(interface: 14, alias: "mirrorctl:lab/m2", addressGeneration: true)
    expect(try differences(message, Captures.quiet), [])
  }

  @Test func bridgePort() throws {
    let message = BridgePortRequest.set(.reserved, interface: 9, forgetting: false)
    // bridge(8) has no word for proxy_arp, which ip(8) sets by another request.
    expect(try differences(message, Captures.port), ["12.10 01 -"])
  }
}
