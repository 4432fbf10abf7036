import CMnl
import Testing
import TrafficControl

@testable import Netlink

/// Whatever arrives, every reader either understands it or refuses it.
@Suite struct RobustnessTests {
  static let captures = [
    TrafficControlDumps.dumpFilterIngress, TrafficControlDumps.dumpFilterEgress, TrafficControlDumps.dumpActionMirred,
    TrafficControlDumps.dumpActionVlan, TrafficControlDumps.dumpQdisc, TrafficControlDumps.errorFilter,
    ShapingCaptures.dumpGact, ShapingCaptures.dumpPolice, ShapingCaptures.dumpVlan, ShapingCaptures.dumpFilter,
    LinkDumps.dumpVlan, LinkDumps.routeReply, LinkDumps.dumpLink, TunnelDumps.er1, TunnelDumps.er7, TunnelDumps.vx0,
    TunnelDumps.vx6, TunnelDumps.ge0, TunnelDumps.ge6,
    OffloadCaptures.dumpIngress, OffloadCaptures.dumpEgress,
  ]

  @Test(arguments: captures) func everyTruncation(_ capture: Capture) throws {
    for length in stride(from: 0, to: capture.bytes.count, by: capture.bytes.count > 4000 ? 7 : 1) {
      EveryReader.read(datagram: capture.bytes.prefix(length))
    }
    for payload in try capture.payloads {
      for length in 0..<payload.count { EveryReader.read(payload: payload.prefix(length)) }
    }
  }

  @Test func attributeOfNoLengthIsRefused() {
    #expect(throws: MalformedMessage.self) { try Attributes([0, 0, 1, 0, 0, 0, 0, 0][...]) }
    #expect(throws: MalformedMessage.self) { try Attributes([3, 0, 1, 0][...]) }
    #expect(throws: MalformedMessage.self) { try Attributes([9, 0, 1, 0, 0, 0, 0, 0][...]) }
  }

  @Test func anMTUMayBeAnyNumber() throws {
    var header = ifinfomsg()
    header.ifi_index = 5
    var message = MessageBuilder(RTM_NEWLINK, header: header)
    message.put(IFLA_IFNAME, text: "mct0")
    message.put(IFLA_IFALIAS, text: Device.aliasPrefix)
    message.put(IFLA_MTU, UInt32.max)
    message.nest(IFLA_LINKINFO) { $0.put(IFLA_INFO_KIND, text: "gretap") }
    let received = try #require(ReceivedMessage.split(message.bytes(sequence: 1)[...]).first)
    let devices = DeviceDecoder([try LinkRecord(received.payload)]).devices
    #expect(devices.map(\.mtu) == [.max])
  }

  @Test func flagsOfTypesAreMasked() throws {
    let attributes = try Attributes([8, 0, 1, 0xc0, 7, 0, 0, 0][...])
    #expect(attributes.value(1, UInt32.self) == 7)
  }

  @Test func shortMessageIsRefused() {
    #expect(throws: MalformedMessage.self) { try ReceivedMessage.split([UInt8](repeating: 0, count: 16)[...]) }
    #expect(throws: MalformedMessage.self) { try ReceivedMessage.split([1, 2, 3][...]) }
  }
}
