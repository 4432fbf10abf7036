import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// Large programs and many filters.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct ContractScaleTests {
  /// The interfaces stay down: with frames of their own, 1,500 filters would make a storm of them.
  private func lab(_ body: (LinuxKernel) throws -> Void) throws {
    try ScratchNamespace.run {
      try shell("ip link add sp0 type veth peer name sp0x; ip link add out0 type veth peer name out0x")
      try body(try LinuxKernel())
    }
  }

  /// The kernel says what it deletes, so a filter that is longer than the room for that could be made and never go.
  @Test(arguments: [400, 1000, 3500]) func longPrograms(_ length: Int) throws {
    try lab { kernel in
      let load = BPFProgram.Instruction(0x30, 0, 0, 0)
      let program = BPFProgram([BPFProgram.Instruction](repeating: load, count: length - 1) + [.init(6, 0, 0, .max)])
      let mirror = Sample.mirror()
      try kernel.converge(to: Sample.state([mirror], [Sample.filter(.bpf(program), [mirror])]))
      try kernel.converge(to: KernelState())
    }
  }

  @Test func manyFilters() throws {
    try lab { kernel in
      let mirror = Sample.mirror()
      let filters = (1...1500).map {
        Sample.filter(.bpf(.matchAll), [mirror], preference: 100 + UInt16($0 % 10), handle: $0)
      }
      try kernel.converge(to: Sample.state([mirror], filters))
      try kernel.converge(to: KernelState())
    }
  }
}
