import CMnl
import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// What is sent to choose, limit and cut copies says the same as what tc(8) sends, and what comes back is read as it was meant.
@Suite struct ShapingWireTests {
  private typealias Captures = ShapingCaptures
  private let table = InterfaceTable([("sp0", 8), ("out0", 10)])

  private func action(_ index: UInt32, _ operation: Action.Operation, _ control: Control) -> Action {
    let cookie = Cookie(.object(.step, owner: 7))
    return Action(index: 0x5000_0000 + index, cookie: cookie, operation: operation, control: control)
  }

  private var samples: [Action] {
    [
      action(6, .sample(Sampling(.counted, oneIn: 100, control: .pipe)), .continue),
      action(7, .sample(Sampling(.random, oneIn: 7, control: .pipe)), .continue),
    ]
  }

  private var polices: [Action] {
    [
      action(1, .police(Police(rate: 25_000_000, burst: 1 << 20, mtu: 65_640)), .continue),
      action(2, .police(Police(rate: 5_000_000_000, burst: 20 << 20, mtu: 65_640)), .continue),
      action(3, .police(Police(rate: 8_000, burst: 66_000, mtu: 65_640)), .continue),
    ]
  }

  private var ethernet: Action {
    let push = VLANEdit.pushEthernet(destination: MACAddress(0x0200_0000_0002), source: MACAddress(0x0200_0000_0001))
    return action(8, .vlan(push), .pipe)
  }

  private func differences(_ action: Action, _ capture: Capture) throws -> [String] {
    try MessageDifference.between(ActionRequest.add([action], table), capture, headerSize: 4)
  }

  @Test func sampling() throws {
    expect(try differences(samples[0], Captures.gactDeterm), [])
    expect(try differences(samples[1], Captures.gactNetrand), [])
  }

  /// tc(8) reckons a burst of 1 MiB at 200 Mbit/s as 41,943 microseconds, a fraction less than it is.
  @Test func police() throws {
    var exact = polices
    exact[0].operation = .police(Police(rate: 25_000_000, burst: 1_048_575, mtu: 65_640))
    exact[1].operation = .police(Police(rate: 5_000_000_000, burst: 20_970_000, mtu: 65_640))
    for (action, capture) in zip(exact, [Captures.police, Captures.policeFast, Captures.policeSlow]) {
      expect(try differences(action, capture), [])
    }
  }

  @Test func ethernetHeader() throws {
    expect(try differences(ethernet, Captures.pushEth), [])
  }

  @Test func truncation() throws {
    let filter = Filter(
      key: FilterKey(HookPoint("sp0", .egress), preference: 4, handle: 1),
      classifier: .edit(.cut(Truncation(length: 96))), actions: [])
    let message = try FilterRequest.message(.add, filter, table)
    // The name and the number of the descriptor differ.
    let differences = try MessageDifference.between(message, Captures.filterEbpf, headerSize: 20)
    #expect(differences.map { $0.prefix(4) } == ["2.6 ", "2.7 "])
  }

  @Test func samplingEnds() throws {
    var plain = samples[0]
    plain.operation = .gact
    let message = try ActionRequest.replace(plain, former: samples[0], table)
    let received = try #require(ReceivedMessage.split(message.bytes(sequence: 1)[...]).first)
    let entry = try Attributes(received.payload.dropping(tcamsg.self)).nested(TCA_ROOT_TAB).nested(1)
    #expect(try entry.nested(TCA_ACT_OPTIONS)[TCA_GACT_PROB].map(Array.init) == [UInt8](repeating: 0, count: 8))
  }

  @Test func dumps() throws {
    func read(_ capture: Capture) throws -> [Action?] {
      try capture.payloads.flatMap(ActionRecord.list).map { $0.action(table) }
    }
    #expect(try read(Captures.dumpGact) == samples)
    #expect(try read(Captures.dumpVlan) == [ethernet, nil], "what takes a header off again is never ours")
    let found = try read(Captures.dumpPolice)
    #expect(found.map { $0?.key } == polices.map(\.key))
    for case (.police(let read)?, .police(let asked)) in zip(found.map { $0?.operation }, polices.map(\.operation)) {
      #expect(read.rate == asked.rate && read.mtu == 65_640 && read.conform == .pipe)
      #expect(asked.burstMicroseconds - read.burstMicroseconds <= 1)
    }
    let filters = try Captures.dumpFilter.payloads.compactMap(FilterRecord.decode)
    #expect(filters.map(\.kind) == ["matchall", "matchall", "bpf"])
    #expect(filters.map { $0.filter(at: HookPoint("sp0", .egress)) == nil } == [false, false, true])
  }

  @Test func programsOfOurs() throws {
    func decode(_ compose: (inout MessageBuilder) -> Void) throws -> Classifier? {
      var message = MessageBuilder(RTM_NEWTFILTER, header: tcmsg(interface: 8))
      message.put(TCA_KIND, text: "bpf")
      message.nest(TCA_OPTIONS) { compose(&$0) }
      let received = try #require(ReceivedMessage.split(message.bytes(sequence: 1)[...]).first)
      return try FilterRecord.decode(received.payload)?.classifier
    }
    let own = FrameEdit.cut(Truncation(length: 96))
    let read = try decode {
      $0.put(TCA_BPF_NAME, text: own.name)
      $0.put(TCA_BPF_TAG, UInt64(1))
      $0.put(TCA_BPF_ID, UInt32(7))
    }
    #expect(read == .edit(own))
    #expect(try decode { $0.put(TCA_BPF_NAME, text: "other.o:[tc]") } == nil)
    let direct = try decode {
      $0.put(TCA_BPF_NAME, text: own.name)
      $0.put(TCA_BPF_FLAGS, UInt32(TCA_BPF_FLAG_ACT_DIRECT))
    }
    #expect(direct == nil)
  }

  /// Every bucket is turned into ticks and back without a change.
  @Test func ticks() {
    for microseconds in (0...100_000).map(UInt32.init) + [274_000_000] {
      let ticks = UInt32(Tick.count(microseconds: UInt64(microseconds)))
      #expect(Tick.microseconds(ticks) == microseconds)
    }
    #expect(Tick.microseconds(.max) == 274_877_906)
  }
}
