import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// What the kernel says is read as it was meant.
@Suite struct DecodingTests {
  private let mirror = ActionKey(.mirred, 0x5000_0001)
  private let ingress = HookPoint("sp0", .ingress)
  private let egress = HookPoint("sp0", .egress)

  private func records(_ capture: Capture) throws -> [FilterRecord] {
    try capture.payloads.compactMap(FilterRecord.decode)
  }

  @Test func ingressFilters() throws {
    let records = try records(TrafficControlDumps.dumpFilterIngress)
    #expect(records.map(\.kind) == ["matchall", "bpf", "flower", "bpf", "u32"], "heads and tables are left out")
    #expect(records.map(\.isMarked) == [true, true, false, true, false])
    #expect(records.last?.chain == 5)
    let filters = records.map { $0.filter(at: ingress) }
    #expect(
      filters == [
        Filter(key: FilterKey(ingress, preference: 100, handle: 1), classifier: .matchall, actions: [mirror]),
        Filter(key: FilterKey(ingress, preference: 104, handle: 4), classifier: .bpf(.matchAll), actions: [mirror]),
        nil,
        Filter(
          key: FilterKey(ingress, preference: 65000, handle: Filter.dropHandle), classifier: .bpf(.drop), actions: []),
        nil,
      ])
  }

  @Test func egressFilters() throws {
    let filters = try records(TrafficControlDumps.dumpFilterEgress).map { $0.filter(at: egress) }
    let group = FlowerMatch(inputDevice: "out0", destination: .group)
    #expect(
      filters == [
        Filter(
          key: FilterKey(egress, preference: 101, handle: 0x8000_0001), classifier: .u32MatchAll, actions: [mirror]),
        Filter(key: FilterKey(egress, preference: 102, handle: 2), classifier: .flower(group), actions: [mirror]),
        Filter(
          key: FilterKey(egress, preference: 103, handle: 3), frameProtocol: .ipv4,
          classifier: .flower(FlowerMatch(inputDevice: "out0")),
          actions: [ActionKey(.vlan, 0x5000_0003), mirror, ActionKey(.vlan, 0x5000_0005)]),
      ])
  }

  @Test func actions() throws {
    let table = InterfaceTable([("out0", 11)])
    let mirred = try TrafficControlDumps.dumpActionMirred.payloads.flatMap(ActionRecord.list)
    let cookie = Cookie(.object(.counterWithHeader, owner: 7))
    let target = Mirred(.mirror, to: "out0", direction: .ingress)
    let expected = Action(index: 0x5000_0001, cookie: cookie, operation: .mirred(target), control: .pipe)
    #expect(mirred.map { $0.action(table) } == [expected])
    let gone = try #require(mirred.first?.action(InterfaceTable()))
    #expect(gone.operation == .mirred(Mirred(.mirror, to: nil, direction: .ingress)))
    let vlan = try TrafficControlDumps.dumpActionVlan.payloads.flatMap(ActionRecord.list).map { $0.action(table) }
    #expect(
      vlan.map { $0?.operation } == [
        .vlan(.push(id: 111, tagProtocol: .dot1Q)), .vlan(.modify(id: 111, tagProtocol: .dot1Q)), .vlan(.pop),
      ])
    #expect(vlan.map { $0?.control } == [.pipe, .pipe, .continue])
  }

  @Test func qdiscs() throws {
    let qdiscs = try TrafficControlDumps.dumpQdisc.payloads.map(QdiscRecord.init)
    #expect(qdiscs.filter { $0.kind == "clsact" }.map(\.interface) == [9])
  }

  @Test func links() throws {
    let records = try LinkDumps.dumpLink.payloads.map(LinkRecord.init)
    var assembly = SnapshotAssembly(links: records)
    assembly.memberships = try LinkDumps.dumpVlan.payloads.map(VLANMembership.decode)
    let interfaces = assembly.snapshot.interfaces
    let port = try #require(interfaces["sp0"])
    #expect(port.alternativeNames == ["uplink-of-the-lab"])
    #expect(port.kind == "veth" && port.master == "br0" && port.isUp && port.hasCarrier)
    #expect(port.bridgePort?.flags == [])
    #expect(port.bridgePort?.state == .forwarding)
    let members = VLANMembership(pvid: 30, untagged: VLANSet([1, 30]), tagged: VLANSet(10...20))
    #expect(port.bridgePort?.membership == members)
    let bridge = try #require(interfaces["br0"]?.bridge)
    #expect(bridge.awareness == .aware)
    #expect(bridge.membership == VLANMembership(pvid: 1, untagged: VLANSet([1]), tagged: VLANSet([10])))
  }

  @Test("S45: the type of a bridge's tags")
  func vlanProtocol() throws {
    for (type, bytes) in [(EtherType.dot1Q, [0x81, 0x00]), (.dot1AD, [0x88, 0xa8])] as [(EtherType, [UInt8])] {
      // IFLA_BR_VLAN_PROTOCOL is 8, its value in network order.
      let payloads = try LinkDumps.dumpLink.payloads.map { payload in
        Array(payload).replacing([6, 0, 8, 0, 0x81, 0x00], with: [6, 0, 8, 0] + bytes)[...]
      }
      let interfaces = SnapshotAssembly(links: try payloads.map(LinkRecord.init)).snapshot.interfaces
      #expect(interfaces["br0"]?.bridge?.vlanProtocol == type)
    }
  }

  @Test func devices() throws {
    let devices = DeviceDecoder(try LinkDumps.dumpLink.payloads.map(LinkRecord.init)).devices
    let prefix: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11)
    let four = Tunnel(.gretap(key: 0x1111), remote: .v4([10, 1, 0, 3]), local: .v4([10, 1, 0, 1]), ttl: 64, tos: 0x10)
    let six = Tunnel(.gretap(key: 5), remote: .v6(prefix + [2]), local: .v6(prefix + [1]), ttl: 64, tos: 0x20)
    // They were never set up.
    var expected = [
      Device(name: "gre0x", kind: .tunnel(four), alias: "mirrorctl:lab/m0"),
      Device(name: "gre1x", kind: .tunnel(six), alias: "mirrorctl:lab/m1"),
      Device(name: "mct0", kind: .dummy, mtu: 9000, alias: "mirrorctl:lab/m2"),
      Device(name: "mct1", kind: .veth(peer: "mct1p"), mtu: 9000, alias: "mirrorctl:lab/m3"),
    ]
    for index in expected.indices { expected[index].state = .down }
    #expect(devices.sorted { $0.name < $1.name } == expected)
  }

  @Test func route() throws {
    #expect(try LinkDumps.routeReply.payloads.map { try RouteRequest.route($0)?.interface } == [11])
  }

  @Test func refusal() throws {
    let message = try #require(ReceivedMessage.split(TrafficControlDumps.errorFilter.bytes[...]).first)
    let answer = try Acknowledgement(error: message)
    #expect(answer.errno == 22)
    #expect(answer.text == "Specified filter kind does not match existing one")
  }
}
