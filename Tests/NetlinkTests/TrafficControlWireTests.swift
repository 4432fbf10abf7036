import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// What is sent for qdiscs, actions and filters says the same as what tc(8) sends.
@Suite struct TrafficControlWireTests {
  private typealias Captures = TrafficControlCaptures
  private let table = InterfaceTable([("sp0", 9), ("out0", 11)])
  private let mirror = ActionKey(.mirred, 0x5000_0001)

  private func action(_ index: UInt32, _ operation: Action.Operation, _ control: Control) -> Action {
    let isStep = if case .vlan = operation { true } else { false }
    let content: Cookie.Content =
      operation == .gact ? .page(Array("123".utf8)) : .object(isStep ? .step : .counterWithHeader, owner: 7)
    return Action(index: 0x5000_0000 + index, cookie: Cookie(content), operation: operation, control: control)
  }

  private func filter(
    _ hook: Hook, _ preference: UInt16, _ handle: UInt32, _ classifier: Classifier, protocol: EtherType = .all
  ) -> Filter {
    let key = FilterKey(HookPoint("sp0", hook), preference: preference, handle: handle)
    return Filter(key: key, frameProtocol: `protocol`, classifier: classifier, actions: [mirror])
  }

  private func differences(_ message: MessageBuilder, _ capture: Capture, headerSize: Int = 20) throws -> [String] {
    try MessageDifference.between(message, capture, headerSize: headerSize)
  }

  @Test func qdiscs() throws {
    expect(try differences(QdiscRequest.add(interface: 9), Captures.qdiscAdd), [])
    expect(try differences(QdiscRequest.remove(interface: 9), Captures.qdiscDel), [])
    expect(try differences(QdiscRequest.addMark(interface: 9), Captures.chainAdd), [])
  }

  @Test func mirred() throws {
    let mirror = action(1, .mirred(Mirred(.mirror, to: "out0")), .continue)
    expect(try differences(ActionRequest.add([mirror], table), Captures.actionMirred, headerSize: 4), [])
    let ingress = action(1, .mirred(Mirred(.mirror, to: "out0", direction: .ingress)), .pipe)
    let replacement = try ActionRequest.replace(ingress, former: nil, table)
    expect(try differences(replacement, Captures.actionMirredReplace, headerSize: 4), [])
  }

  @Test func otherActions() throws {
    let gact = try ActionRequest.add([action(2, .gact, .continue)], table)
    expect(try differences(gact, Captures.actionGact, headerSize: 4), [])
    let push = try ActionRequest.add([action(3, .vlan(.push(id: 111, tagProtocol: .dot1Q)), .pipe)], table)
    expect(try differences(push, Captures.actionVlanPush, headerSize: 4), [])
    let modify = try ActionRequest.add([action(4, .vlan(.modify(id: 111, tagProtocol: .dot1Q)), .pipe)], table)
    expect(try differences(modify, Captures.actionVlanModify, headerSize: 4), [])
    let pop = try ActionRequest.add([action(5, .vlan(.pop), .continue)], table)
    expect(try differences(pop, Captures.actionVlanPop, headerSize: 4), [])
    let removal = ActionRequest.remove([ActionKey(.gact, 0x5000_0002)])
    expect(try differences(removal, Captures.actionDel, headerSize: 4), [])
  }

  @Test func simpleFilters() throws {
    let all = try FilterRequest.message(.add, filter(.ingress, 100, 1, .matchall), table)
    expect(try differences(all, Captures.filterMatchall), [])
    let u32 = try FilterRequest.message(.add, filter(.egress, 101, 0x8000_0001, .u32MatchAll), table)
    expect(try differences(u32, Captures.filterU32), [])
  }

  @Test func flower() throws {
    let match = FlowerMatch(inputDevice: "out0", destination: .group)
    let message = try FilterRequest.message(.add, filter(.egress, 102, 2, .flower(match)), table)
    expect(try differences(message, Captures.filterFlower), ["2.22 - 00000000"])
    var chain = filter(.egress, 103, 3, .flower(FlowerMatch(inputDevice: "out0")), protocol: .ipv4)
    chain.actions = [ActionKey(.vlan, 0x5000_0003), mirror, ActionKey(.vlan, 0x5000_0005)]
    let chained = try differences(FilterRequest.message(.add, chain, table), Captures.filterFlowerIp)
    let controls = chained.filter { $0.hasPrefix("2.3.") }
    #expect(controls.count == 2, "tc sends the default control of vlan, which binding ignores")
    #expect(chained.count == controls.count + 1)
  }

  @Test func classicBPF() throws {
    let program = BPFProgram([.init(48, 0, 0, 0), .init(6, 0, 0, 0xffff_ffff)])
    let message = try FilterRequest.message(.add, filter(.ingress, 104, 4, .bpf(program)), table)
    expect(try differences(message, Captures.filterBpf), [])
    let replacement = try FilterRequest.message(.replace, filter(.ingress, 104, 4, .bpf(.matchAll)), table)
    expect(try differences(replacement, Captures.filterBpfReplace), [])
    let removal = try FilterRequest.message(.remove, filter(.ingress, 104, 4, .bpf(.matchAll)), table)
    expect(try differences(removal, Captures.filterDel), [])
    var drop = filter(.ingress, 65000, Filter.dropHandle, .bpf(.drop))
    drop.actions = []
    expect(try differences(FilterRequest.message(.add, drop, table), Captures.filterBpfDrop), [])
  }

  @Test func longestProgramFits() throws {
    let program = BPFProgram([BPFProgram.Instruction](repeating: .init(6, 0, 0, 0), count: 4096))
    let message = try FilterRequest.message(.add, filter(.ingress, 1, 1, .bpf(program)), table)
    let bytes = message.bytes(sequence: 1)
    #expect(bytes.count == message.length)
    let received = try #require(ReceivedMessage.split(bytes[...]).first)
    #expect(try FilterRecord.decode(received.payload)?.classifier == .bpf(program))
  }

  @Test func missingInterfaceIsNamed() throws {
    let key = FilterKey(HookPoint("gone", .ingress), preference: 1, handle: 1)
    let filter = Filter(key: key, classifier: .matchall, actions: [])
    #expect(throws: NetlinkFailure.missingInterface("gone")) { try FilterRequest.message(.add, filter, table) }
  }
}
