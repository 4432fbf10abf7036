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
  ]

  /// Puts the bytes through every reader there is.
  private func readAll(_ bytes: ArraySlice<UInt8>) {
    guard let messages = try? ReceivedMessage.split(bytes) else { return }
    for message in messages {
      _ = try? Acknowledgement(error: message)
      _ = try? Acknowledgement(done: message)
      readPayload(message.payload)
    }
  }

  private func readPayload(_ payload: ArraySlice<UInt8>) {
    _ = try? FilterRecord.decode(payload)
    for action in (try? ActionRecord.list(payload)) ?? [] {
      if case .police(let police)? = action.action(InterfaceTable())?.operation { _ = police.burst }
    }
    _ = try? QdiscRecord(payload)
    _ = try? VLANMembership.decode(payload)
    _ = try? RouteRequest.route(payload)
    if let link = try? LinkRecord(payload) { _ = SnapshotAssembly(links: [link]).snapshot }
  }

  @Test(arguments: captures) func everyTruncation(_ capture: Capture) throws {
    for length in stride(from: 0, to: capture.bytes.count, by: capture.bytes.count > 4000 ? 7 : 1) {
      readAll(capture.bytes.prefix(length))
    }
    for payload in try capture.payloads {
      for length in 0..<payload.count { readPayload(payload.prefix(length)) }
    }
  }

  @Test(arguments: captures) func randomChanges(_ capture: Capture) throws {
    var random = SeededGenerator(seed: 0x6d63_7400)
    let payloads = try capture.payloads
    for round in 0..<2000 {
      var payload = Array(payloads[round % payloads.count])
      for _ in 0..<Int.random(in: 1...6, using: &random) where !payload.isEmpty {
        let interesting: [UInt8] = [0, 1, 2, 3, 4, 5, 0x7f, 0x80, 0xff, .random(in: 0...255, using: &random)]
        payload[Int.random(in: 0..<payload.count, using: &random)] = interesting.randomElement(using: &random) ?? 0
      }
      readPayload(payload[...])
    }
  }

  @Test func randomBytes() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<5000 {
      let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      readAll(bytes[...])
      readPayload(bytes[...])
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

/// SplitMix64: the same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
