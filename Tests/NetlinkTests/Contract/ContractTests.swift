import TestSupport
import Testing
import TrafficControl

@testable import Netlink

/// The contract on the kernel that the tests run on.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct ContractTests {
  @Test(arguments: ContractCase.all) func realKernel(_ testCase: ContractCase) throws {
    try ScratchNamespace.run {
      for name in ["sp0", "sp1", "out0"] {
        try shell("ip link add \(name) type veth peer name \(name)x; ip link set \(name) up; ip link set \(name)x up")
      }
      try shell("ip link add br0 type bridge; ip link set sp0 master br0; ip link set br0 up")
      let kernel = try LinuxKernel()
      let missing = testCase.needs.subtracting(try kernel.features(among: testCase.needs))
      guard missing.isEmpty else {
        try Test.cancel("this kernel lacks \(missing.sorted().map(\.kernelOption))")
      }
      try testCase.run(kernel)
      #expect(try kernel.snapshot().own == KernelState())
    }
  }
}

/// The part of the contract that is about the shape of copies, on the kernel in memory that other tests rely on.
@Suite struct ContractFakeTests {
  @Test(arguments: ContractCase.shapingCases) func fakeKernel(_ testCase: ContractCase) throws {
    var host = HostSnapshot()
    for (number, name) in ["sp0", "sp1", "out0", "br0"].enumerated() {
      host.interfaces[name] = Interface(index: UInt32(number + 2), name: name)
    }
    let kernel = FakeKernel(host)
    try testCase.run(kernel)
    #expect(kernel.host.own == KernelState())
  }
}
