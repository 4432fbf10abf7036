import Testing
import TrafficControl

@testable import Netlink

/// Devices as a program leaves them that is killed between their creation and their mark.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct UnfinishedDeviceTests {
  private static let alias = Device.aliasPrefix + "lab/m0"

  private func lab(_ needs: Set<Feature>, _ body: (LinuxKernel) throws -> Void) throws {
    try ScratchNamespace.run {
      let kernel = try LinuxKernel()
      let missing = needs.subtracting(try kernel.features(among: needs))
      guard missing.isEmpty else {
        try Test.cancel("this kernel lacks \(missing.sorted().map(\.kernelOption))")
      }
      try body(kernel)
    }
  }

  private func devices(_ devices: [Device]) -> KernelState { Sample.state(qdiscs: [], devices: devices) }

  @Test func aStageIsMadeAnewOrRemoved() throws {
    try lab([.dummy]) { kernel in
      let device = Device(name: "mcs0-3bee7", kind: .dummy, mtu: 65535, alias: Self.alias)
      try shell("ip link add mcs0-3bee7 type dummy")
      #expect(try kernel.snapshot().own.devices["mcs0-3bee7"]?.isUnfinished ?? false)
      try kernel.converge(to: devices([device]))
      #expect(try shell("ip link show mcs0-3bee7").contains("NOARP"), "it says nothing by itself")
      try kernel.converge(to: KernelState())
      try shell("ip link add mcs0-3bee7 type dummy")
      try kernel.converge(to: KernelState())
      #expect(try !shell("ip link").contains("mcs0"))
    }
  }

  @Test(arguments: ["", "ip link set mch0p alias \(alias)", "ip link set mch0p alias \(alias) arp off"])
  func aPairIsMadeAnewOrRemoved(more: String) throws {
    try lab([.veth]) { kernel in
      let device = Device(name: "mch0", kind: .veth(peer: "mch0p"), mtu: 9000, alias: Self.alias, offload: .off)
      try shell("ip link add mch0 type veth peer name mch0p; \(more)")
      #expect(Array(try kernel.snapshot().own.devices.keys) == ["mch0"])
      try kernel.converge(to: devices([device]))
      for name in ["mch0", "mch0p"] { #expect(try shell("ip link show \(name)").contains("NOARP")) }
      try kernel.converge(to: KernelState())
      try shell("ip link add mch0 type veth peer name mch0p; \(more)")
      try kernel.converge(to: KernelState())
      #expect(try !shell("ip link").contains("mch0"))
    }
  }

  @Test func aTunnelIsMadeAnewOrRemoved() throws {
    try lab([.gretap]) { kernel in
      let tunnel = Tunnel(.gretap(key: 5), remote: .v4([192, 0, 2, 1]))
      let device = Device(name: "mct-000000ab", kind: .tunnel(tunnel), mtu: 65000, alias: Self.alias)
      let command = "ip link add mct-000000ab type gretap remote 192.0.2.1 key 5 nopmtudisc ignore-df"
      try shell(command)
      try kernel.converge(to: devices([device]))
      #expect(try shell("ip link show mct-000000ab").contains("NOARP"))
      try kernel.converge(to: KernelState())
      try shell(command)
      try kernel.converge(to: KernelState())
      #expect(try !shell("ip link").contains("mct-"))
    }
  }

  @Test(
    "A device that somebody uses, or that has another name or kind, is not ours",
    arguments: [
      "ip link add mch0 type veth peer name mch0p; ip link set mch0 up",
      "ip link add mch0 type veth peer name mch0p; ip link set mch0 alias mine; ip link set mch0p alias mine",
      "ip link add br0 type bridge; ip link add mch0 type veth peer name mch0p; ip link set mch0 master br0",
      "ip link add mch00 type veth peer name mch00p", "ip link add mcs0 type veth peer name mcs0p",
    ])
  func othersDevicesAreNot(command: String) throws {
    try lab([.veth]) { kernel in
      try shell(command)
      let names = Set(try kernel.snapshot().interfaces.keys)
      try kernel.converge(to: KernelState())
      #expect(Set(try kernel.snapshot().interfaces.keys) == names)
    }
  }
}
