import Glibc
import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

@Suite("Contract of the real kernel", .enabled(if: ScratchNamespace.isPossible))
struct ContractTests {
  @Test func mirrorByBPF() throws {
    try ScratchNamespace.run {
      try shell("ip link add sp0 type veth peer name out0; ip link set sp0 up; ip link set out0 up")
      let kernel = try LinuxKernel()
      print(try kernel.features().sorted())
      var state = KernelState()
      state.qdiscs = ["sp0"]
      let action = Action(
        index: 0x5000_0001, cookie: Cookie(.object(.counterWithHeader, owner: 7)),
        operation: .mirred(Mirred(.mirror, to: "out0")), control: .continue)
      state.insert(action)
      state.insert(
        Filter(
          key: FilterKey(HookPoint("sp0", .ingress), preference: 100, handle: 1), classifier: .bpf(.matchAll),
          actions: [action.key]))
      state.insert(
        Filter(
          key: FilterKey(HookPoint("sp0", .egress), preference: 101, handle: 0x8000_0001), classifier: .u32MatchAll,
          actions: [action.key]))
      let plan = Plan.difference(from: KernelState(), to: state)
      let execution = kernel.perform(plan.steps) { false }
      #expect(execution.failure == nil)
      print(try shell("tc -s filter show dev sp0 ingress; tc -s actions ls action mirred; tc chain show dev sp0 ingress"))
      let snapshot = try kernel.snapshot()
      #expect(snapshot.own == state)
      let undone = kernel.perform(plan.inverse.steps) { false }
      #expect(undone.failure == nil)
      #expect(try kernel.snapshot().own == KernelState())
    }
  }
}
