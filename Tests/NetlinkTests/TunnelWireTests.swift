import CMnl
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
  private static let vxlan = Tunnel.Header.vxlan(vni: 70000, port: 4790, listening: 61694)
  private static let vxlanOverIPv6 = Tunnel.Header.vxlan(vni: 5, port: 4789, listening: 61693)
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
    var tunnel = Self.four(Self.vxlan)
    expect(try differences(.add, "vx0", tunnel, Captures.vxlan), [])
    tunnel.ttl = 50
    expect(try differences(.change, "vx0", tunnel, Captures.vxlanChange), [])
    expect(try differences(.add, "vx6", Self.six(Self.vxlanOverIPv6), Captures.vxlanOverIPv6), [])
  }

  @Test("A device whose own address counts on a link has to be on an interface")
  func vxlanOfALink() throws {
    var tunnel = Self.six(Self.vxlanOverIPv6)
    tunnel.local = .v6([0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1])
    tunnel.underlay = "out0"
    let found = try differences(.add, "vx6", tunnel, Captures.vxlanOverIPv6)
    expect(found.filter { $0.hasPrefix("18.2.3 ") }, ["18.2.3 08000000 -"])
  }

  @Test func vxlanDestination() throws {
    func differences(_ message: MessageBuilder, _ capture: Capture) throws -> [String] {
      try MessageDifference.between(message, capture, headerSize: 12)
    }
    let entry = try #require(try ForwardingEntry(Self.four(Self.vxlan), Self.table))
    expect(try differences(ForwardingRequest.append(entry, interface: 14), Captures.destination), [])
    expect(try differences(ForwardingRequest.remove(entry, interface: 14), Captures.destinationRemoval), [])
    let six = try #require(try ForwardingEntry(Self.six(Self.vxlanOverIPv6), Self.table))
    expect(try differences(ForwardingRequest.append(six, interface: 15), Captures.destinationOverIPv6), [])
    #expect(try ForwardingEntry(Self.four(Self.typeII), Self.table) == nil)
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
    var vxlan = Self.four(.vxlan(vni: 70000, port: 4790, listening: 4790))
    (vxlan.remote, vxlan.ttl) = (.v4([10, 1, 0, 3]), 50)
    #expect(try tunnel(TunnelDumps.vx0) == vxlan)
    #expect(try tunnel(TunnelDumps.vx6) == Self.six(.vxlan(vni: 5, port: 4789, listening: 4789)))
    let geneve = Tunnel(.geneve(vni: 70000, port: 6082), remote: .v4([10, 1, 0, 2]), ttl: 50, tos: 0x10)
    #expect(try tunnel(TunnelDumps.ge0) == geneve)
    let six = Tunnel(.geneve(vni: 5, port: 6081), remote: .v6(Self.prefix + [2]), ttl: 64, tos: 0x20)
    #expect(try tunnel(TunnelDumps.ge6) == six)
  }

  /// A device of ours, of which the link and the entries were read.
  private func device(_ link: Capture, _ entries: [Capture], of interface: UInt32) throws -> Device? {
    let record = try LinkRecord(try #require(link.payloads.first))
    let payloads = try entries.flatMap { try $0.payloads }
    let forwarding = try payloads.compactMap { try ForwardingEntry($0, of: interface) }
    let underlay = try LinkRecord(try #require(LinkDumps.dumpLink.payloads.first))
    var out0 = underlay
    (out0.name, out0.index) = ("out0", 8)
    return DeviceDecoder([record, out0], forwarding: [interface: forwarding]).devices.first
  }

  @Test("A vxlan device of ours leads to where its one entry says")
  func destination() throws {
    func tunnel(_ entries: [Capture]) throws -> Tunnel? {
      guard case .tunnel(let tunnel) = try device(TunnelDumps.vxlan, entries, of: 14)?.kind else { return nil }
      return tunnel
    }
    var wanted = Self.four(Self.vxlan)
    wanted.ttl = 50
    #expect(try tunnel([TunnelDumps.destination]) == wanted)
    for others in [[], [TunnelDumps.destinations], [TunnelDumps.destination, TunnelDumps.destination]] {
      let damaged = try #require(try tunnel(others))
      #expect(damaged.ttl == 0, "nobody asks for it")
      #expect(damaged.isChangeable(to: wanted))
    }
    let six = try device(TunnelDumps.vxlanOverIPv6, [TunnelDumps.destinationOverIPv6], of: 15)
    #expect(six?.kind == .tunnel(Self.six(Self.vxlanOverIPv6)))
  }

  @Test("An entry that is not one of ours spoils the device", arguments: ["address", "vni", "underlay", "nexthops"])
  func unusualDestination(_ what: String) throws {
    let payload = try #require(TunnelDumps.destination.payloads.first)
    var entry = try #require(try ForwardingEntry(payload, of: 14))
    switch what {
    case "address": entry.address[5] = 2
    case "vni": entry.vni = 6
    case "underlay": entry.underlay = 99
    default: entry.remote = nil
    }
    let record = try LinkRecord(try #require(TunnelDumps.vxlan.payloads.first))
    #expect(Tunnel(record, forwarding: [entry], name: Self.table.name)?.ttl == 0)
  }

  @Test("Entries of other interfaces and of bridges are none of a device")
  func otherDestinations() throws {
    let payload = try #require(TunnelDumps.destination.payloads.first)
    #expect(try ForwardingEntry(payload, of: 15) == nil)
    var ofBridge = Array(payload)
    // ndm_flags without NTF_SELF
    ofBridge[10] = 0
    #expect(try ForwardingEntry(ofBridge[...], of: 14) == nil)
  }

  @Test("A device that an earlier version has made, with a remote end in the link, is another one")
  func earlierDevice() throws {
    let own = try #require(try device(TunnelDumps.vx0, [TunnelDumps.destination], of: 14))
    guard case .tunnel(let tunnel) = own.kind else { throw Missing() }
    #expect(tunnel.header == .vxlan(vni: 70000, port: 4790, listening: 4790))
    #expect(tunnel.remote == .v4([10, 1, 0, 3]), "that of the link")
    var wanted = Self.four(Self.vxlan)
    wanted.ttl = 50
    #expect(!tunnel.isChangeable(to: wanted) && tunnel.identity != wanted.identity)
  }

  private struct Missing: Error {}

  @Test("The port of somebody's device, and whether others can receive there", arguments: ["vx0", "vx6", "ge0"])
  func receivingPort(_ name: String) throws {
    let (capture, port) = try #require(
      ["vx0": (TunnelDumps.vx0, UInt16(4790)), "vx6": (TunnelDumps.vx6, 4789), "ge0": (TunnelDumps.ge0, 6082)][name])
    var record = try LinkRecord(try #require(capture.payloads.first))
    #expect(ReceivingPort(record) == ReceivingPort(port, isShared: true))
    let options = name == "ge0" ? [IFLA_GENEVE_COLLECT_METADATA] : [IFLA_VXLAN_COLLECT_METADATA, IFLA_VXLAN_GPE]
    for option in options {
      // A vxlan device always tells whether it is external; the last attribute of a type counts.
      let isFlag = option != IFLA_VXLAN_COLLECT_METADATA || name == "ge0"
      let attribute: [UInt8] = isFlag ? [4, 0, UInt8(option), 0] : [5, 0, UInt8(option), 0, 1, 0, 0, 0]
      let all = try #require(
        try Attributes(capture.payloads.first?.dropFirst(16) ?? []).nested(IFLA_LINKINFO)[IFLA_INFO_DATA])
      record.data = try Attributes(
        (Array(all) + [UInt8](repeating: 0, count: (4 - all.count % 4) % 4) + attribute)[...])
      #expect(ReceivingPort(record) == ReceivingPort(port, isShared: false))
    }
  }
}
