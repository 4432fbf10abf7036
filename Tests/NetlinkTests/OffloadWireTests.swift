import CMnl
import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// Flags of offloading are sent as tc(8) sends them and read as the kernel shows them.
@Suite struct OffloadWireTests {
  private let table = InterfaceTable([("sp0", 9), ("out0", 11)])

  private func differences(
    _ classifier: Classifier, _ hook: Hook, _ preference: UInt16, _ handle: UInt32, _ capture: Capture,
    action: UInt32 = 0x5000_0002, _ policy: OffloadPolicy = .off
  ) throws -> [String] {
    let key = FilterKey(HookPoint("sp0", hook), preference: preference, handle: handle)
    let filter = Filter(key: key, classifier: classifier, actions: [ActionKey(.mirred, action)], offload: policy)
    let message = try FilterRequest.message(.add, filter, handle: KernelHandle.creating(filter), table)
    return try MessageDifference.between(message, capture, headerSize: 20)
  }

  @Test func filters() throws {
    expect(try differences(.matchall, .ingress, 100, 1, OffloadCaptures.matchallSkipHardware), [])
    expect(try differences(.u32MatchAll, .egress, 101, Filter.u32Handle, OffloadCaptures.u32SkipHardware), [])
    let match = FlowerMatch(inputDevice: "out0")
    expect(try differences(.flower(match), .egress, 102, 2, OffloadCaptures.flowerSkipHardware), [])
    expect(try differences(.bpf(.matchAll), .ingress, 104, 4, OffloadCaptures.bpfSkipHardware), [])
    expect(
      try differences(
        .matchall, .ingress, 200, 1, OffloadCaptures.matchallSkipSoftware, action: 0x5000_0001, .require), [])
  }

  @Test func actions() throws {
    let captures = [
      (UInt32(2), OffloadPolicy.off, OffloadCaptures.actionSkipHardware),
      (3, .require, OffloadCaptures.actionSkipSoftware),
    ]
    for (index, policy, capture) in captures {
      let action = Action(
        index: 0x5000_0000 + index, cookie: Cookie(.object(.counterWithHeader, owner: 7)),
        operation: .mirred(Mirred(.mirror, to: "out0")), control: .continue, offload: policy)
      let message = try ActionRequest.add([action], table)
      expect(try MessageDifference.between(message, capture, headerSize: 4), [])
    }
  }

  @Test func dumps() throws {
    let ingress = try OffloadCaptures.dumpIngress.payloads.compactMap(FilterRecord.decode)
    #expect(ingress.map(\.kind) == ["matchall", "u32", "bpf"])
    let policies = ingress.map { OffloadPolicy(classifierFlags: $0.flags) }
    #expect(policies == [.off, .require, .off])
    let egress = try OffloadCaptures.dumpEgress.payloads.compactMap(FilterRecord.decode)
    let point = HookPoint("sp0", .egress)
    #expect(egress.map(\.kind) == ["u32", "flower"])
    #expect(egress.map { $0.filter(at: point)?.offload } == [.off, .off])
    let actions = (ingress + egress).flatMap(\.actions)
    #expect(actions.map { $0.action(table)?.offload } == [.off, .off, .off])
    #expect((ingress + egress).allSatisfy { !$0.isInHardware })
  }

  /// No tool here has hardware to show: the kernel sets the bit in what it dumps (`tcf_block_offload_inc`).
  @Test func inHardware() throws {
    var payload = Array(try #require(try OffloadCaptures.dumpIngress.payloads.first))
    let flags: [UInt8] = [8, 0, UInt8(TCA_MATCHALL_FLAGS), 0, 9, 0, 0, 0]
    let start = try #require(payload.indices.first { payload[$0...].starts(with: flags) })
    payload[start + 4] = UInt8(TCA_CLS_FLAGS_SKIP_SW | TCA_CLS_FLAGS_IN_HW)
    let record = try #require(try FilterRecord.decode(payload[...]))
    #expect(record.isInHardware)
    #expect(record.filter(at: HookPoint("sp0", .ingress))?.offload == .require)
    var assembly = SnapshotAssembly(links: try LinkDumps.dumpLink.payloads.map(LinkRecord.init))
    assembly.hooks.filters = [.init(interface: 9, hook: .ingress, records: [record])]
    #expect(assembly.snapshot.filtersInHardware == Set(assembly.snapshot.own.filters.keys))
    #expect(assembly.snapshot.filtersInHardware.count == 1)
  }
}
