import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// What is sent for tunnels says the same as what ip(8) sends, and what Linux says about them is understood.
@Suite struct TunnelWireTests {
  private typealias Captures = TunnelCaptures
  private static let table = InterfaceTable([
    ("out0", 8), ("er0", 9), ("er1", 10), ("er2", 11), ("er6", 12), ("er7", 13), ("vx0", 14), ("vx6", 15), ("ge0", 16),
    ("ge6", 17),
  ])
  private static let prefix: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11)

  private static func four(_ header: Tunnel.Header, tos: UInt8 = 0x10) -> Tunnel {
    Tunnel(header, remote: .v4([10, 1, 0, 2]), local: .v4([10, 1, 0, 1]), ttl: 64, tos: tos, underlay: "out0")
  }

  private static func six(_ header: Tunnel.Header) -> Tunnel {
    Tunnel(header, remote: .v6(prefix + [2]), local: .v6(prefix + [1]), ttl: 64, tos: 0x20)
  }

  private static let typeII = Tunnel.Header.erspan(.typeII(session: 100, index: 123))
  private static let typeIII = Tunnel.Header.erspan(.typeIII(session: 101, direction: .egress, hardwareID: 17))

  private func differences(
    _ verb: TunnelRequest.Verb, _ name: String, _ tunnel: Tunnel, _ capture: Capture
  ) throws -> [String] {
    let device = Device(name: name, kind: .tunnel(tunnel), alias: "mirrorctl:lab/\(name)")
    let message = try TunnelRequest.message(verb, tunnel, of: device, Self.table)
    return try MessageDifference.between(message, capture, headerSize: 16).filter { !Self.isDefault($0) }
  }

  /// ip(8) also sends the defaults of encapsulation and mark; the name or alias that goes with a change is ours.
  private static func isDefault(_ line: String) -> Bool {
    [
      "18.2.14 - 0000", "18.2.15 - 0000", "18.2.15 - 0200", "18.2.16 - 0000", "18.2.17 - 0000", "18.2.20 - 00000000",
    ].contains(line) || line.hasPrefix("20 ")
  }

  /// No underlay interface, and an encapsulation limit that is ignored.
  private static let overIPv6 = ["18.2.1 00000000 -", "18.2.11 00 04"]
  /// The flow label 0 is the default.
  private static let noLabel = ["18.2.11 - 00000000"]

  @Test func erspan() throws {
    expect(try differences(.add, "er0", Self.four(.erspan(.typeI)), Captures.typeI), [])
    expect(try differences(.add, "er1", Self.four(Self.typeII), Captures.typeII), [])
    expect(try differences(.add, "er2", Self.four(Self.typeIII), Captures.typeIII), [])
    let changed = Tunnel.Header.erspan(.typeIII(session: 100, direction: .ingress, hardwareID: 63))
    expect(try differences(.change, "er1", Self.four(changed), Captures.typeChange), [])
  }

  @Test func erspanOverIPv6() throws {
    expect(try differences(.add, "er6", Self.six(Self.typeII), Captures.typeIIOverIPv6), Self.overIPv6)
    expect(try differences(.add, "er7", Self.six(Self.typeIII), Captures.typeIIIOverIPv6), Self.overIPv6)
  }

  @Test func vxlan() throws {
    var tunnel = Self.four(.vxlan(vni: 70000, port: 4790))
    expect(try differences(.add, "vx0", tunnel, Captures.vxlan), [])
    (tunnel.remote, tunnel.ttl) = (.v4([10, 1, 0, 3]), 50)
    expect(try differences(.change, "vx0", tunnel, Captures.vxlanChange), [])
    expect(
      try differences(.add, "vx6", Self.six(.vxlan(vni: 5, port: 4789)), Captures.vxlanOverIPv6), ["18.2.3 00000000 -"])
  }

  @Test func geneve() throws {
    var tunnel = Tunnel(.geneve(vni: 70000, port: 6082), remote: .v4([10, 1, 0, 2]), ttl: 64, tos: 0x10)
    expect(try differences(.add, "ge0", tunnel, Captures.geneve), Self.noLabel)
    tunnel.ttl = 50
    expect(try differences(.change, "ge0", tunnel, Captures.geneveChange), [])
    let six = Tunnel(.geneve(vni: 5, port: 6081), remote: .v6(Self.prefix + [2]), ttl: 64, tos: 0x20)
    expect(try differences(.add, "ge6", six, Captures.geneveOverIPv6), Self.noLabel)
  }

  @Test func decoding() throws {
    func tunnel(_ capture: Capture) throws -> Tunnel? {
      let record = try LinkRecord(try #require(capture.payloads.first))
      return Tunnel(record, name: Self.table.name)
    }
    #expect(try tunnel(TunnelDumps.er0) == Self.four(.erspan(.typeI)))
    let changed = Tunnel.Header.erspan(.typeIII(session: 100, direction: .ingress, hardwareID: 63))
    #expect(try tunnel(TunnelDumps.er1) == Self.four(changed))
    #expect(try tunnel(TunnelDumps.er7) == Self.six(Self.typeIII))
    var vxlan = Self.four(.vxlan(vni: 70000, port: 4790))
    (vxlan.remote, vxlan.ttl) = (.v4([10, 1, 0, 3]), 50)
    #expect(try tunnel(TunnelDumps.vx0) == vxlan)
    #expect(try tunnel(TunnelDumps.vx6) == Self.six(.vxlan(vni: 5, port: 4789)))
    let geneve = Tunnel(.geneve(vni: 70000, port: 6082), remote: .v4([10, 1, 0, 2]), ttl: 50, tos: 0x10)
    #expect(try tunnel(TunnelDumps.ge0) == geneve)
    let six = Tunnel(.geneve(vni: 5, port: 6081), remote: .v6(Self.prefix + [2]), ttl: 64, tos: 0x20)
    #expect(try tunnel(TunnelDumps.ge6) == six)
  }
}
