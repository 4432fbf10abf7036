import Glibc
import NetworkTypes
import Testing
import TrafficControl

@testable import Netlink

/// How the real kernel is looked at and changed next to other tools.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct ContractLinuxTests {
  /// Runs the body with `sp0` and `out0`, whose other ends are `sp0x` and `out0x`, all up.
  private func lab(_ needs: Set<Feature> = [], _ body: (LinuxKernel) throws -> Void) throws {
    try ScratchNamespace.run {
      for name in ["sp0", "out0"] {
        try shell("ip link add \(name) type veth peer name \(name)x; ip link set \(name) up; ip link set \(name)x up")
      }
      let kernel = try LinuxKernel()
      let missing = needs.subtracting(try kernel.features(among: needs))
      guard missing.isEmpty else {
        try Test.cancel("this kernel lacks \(missing.sorted().map(\.kernelOption))")
      }
      try body(kernel)
    }
  }

  @Test func aTargetThatComesBackHealsByReplacing() throws {
    try lab { kernel in
      let mirror = Sample.mirror()
      let state = Sample.state([mirror], [Sample.filter(.bpf(.matchAll), [mirror])])
      try kernel.converge(to: state)
      try shell("ip link del out0")
      let broken = try kernel.snapshot().own
      #expect(broken.actions[mirror.key]?.operation == .mirred(Mirred(.mirror, to: nil)))
      try shell("ip link add out0 type veth peer name out0x")
      try kernel.converge(to: state)
    }
  }

  @Test func u32NextToAnotherTool() throws {
    try lab([.u32]) { kernel in
      try shell("tc qdisc add dev sp0 clsact; tc filter add dev sp0 ingress pref 7 u32 match u32 0 0")
      let (one, two) = (Sample.mirror(1), Sample.mirror(2))
      let filter = Sample.filter(.u32MatchAll, [one])
      let after = try kernel.converge(to: Sample.state([one, two], [filter], qdiscs: []))
      let foreign = [ForeignFilter(preference: 7, kind: "u32")]
      #expect(after.foreignFilters == [HookPoint("sp0", .ingress): foreign])
      #expect(try shell("tc filter show dev sp0 ingress").contains("801::1"), "the table of the second preference")
      try kernel.converge(to: Sample.state([one, two], [Sample.filter(.u32MatchAll, [two])], qdiscs: []))
      let cleared = try kernel.converge(to: KernelState())
      #expect(cleared.foreignFilters == [HookPoint("sp0", .ingress): foreign])
    }
  }

  @Test func qdiscsOfOtherToolsStayUnmarked() throws {
    try lab { kernel in
      try shell("tc qdisc add dev sp0 clsact; tc qdisc add dev out0 ingress")
      for name in ["sp0", "out0"] {
        let execution = kernel.perform([.add(.qdisc(device: name))]) { false }
        #expect(execution.done.isEmpty)
        #expect(execution.failure?.cause == .inTheWay)
        #expect(try !shell("tc chain show dev \(name) ingress").contains("\(KernelState.chainMark)"))
      }
      let snapshot = try kernel.snapshot()
      #expect(snapshot.own.qdiscs.isEmpty)
      #expect(snapshot.interfaces["sp0"]?.classifierQdisc == .clsact)
      #expect(snapshot.interfaces["out0"]?.classifierQdisc == .ingress)
    }
  }

  @Test func whatOnlyOtherToolsGiveToInterfaces() throws {
    try lab { kernel in
      try shell("ip link property add dev sp0 altname another-name-of-sp0")
      try shell("tc qdisc add dev out0 ingress_block 7 egress_block 8 clsact")
      let interfaces = try kernel.converge(to: KernelState()).interfaces
      #expect(interfaces["sp0"]?.alternativeNames == ["another-name-of-sp0"])
      #expect(interfaces["out0"]?.sharedBlocks == [.ingress: 7, .egress: 8])
    }
  }

  @Test func u32TakesFiltersForHardwareThatThereIsNot() throws {
    try lab([.u32]) { kernel in
      var filter = Sample.filter(.u32MatchAll, [])
      filter.offload = .require
      try kernel.converge(to: Sample.state())
      #expect(kernel.perform([.add(.filter(filter))]) { false }.failure == nil)
      #expect(try kernel.snapshot().filtersInHardware.isEmpty)
      #expect(try shell("tc filter show dev sp0 ingress").contains("skip_sw"))
    }
  }

  @Test func actionsOfOtherTools() throws {
    try lab { kernel in
      try shell("tc actions add action mirred egress mirror dev out0 index 1342177290")
      try shell("tc actions add action mirred egress mirror dev out0 index 9")
      let snapshot = try kernel.snapshot()
      #expect(snapshot.foreignActions == [ActionKey(.mirred, 1_342_177_290)])
      #expect(snapshot.own == KernelState())
    }
  }

  @Test func copiesAreCounted() throws {
    try lab { kernel in
      let mirror = Sample.mirror()
      var filter = Sample.filter(.bpf(.matchAll), [mirror], at: .egress)
      filter.frameProtocol = .ipv4
      try kernel.converge(to: Sample.state([mirror], [filter]))
      try shell("ip addr add 10.9.9.1/24 dev sp0; ip neigh add 10.9.9.2 lladdr 02:00:00:00:00:02 dev sp0")
      try shell("ping -c 3 -i 0.01 -W 1 10.9.9.2; test $? = 1 # no answer")
      let counted = try #require(kernel.snapshot().statistics[mirror.key])
      #expect(counted.packets == 3)
      #expect(counted.bytes == 3 * 98)
      #expect(counted.overlimits == 0)
    }
  }

  @Test func routesLeadSomewhere() throws {
    try lab { kernel in
      try shell("ip addr add 10.9.9.1/24 dev sp0")
      let (near, far) = (IPAddress.v4([10, 9, 9, 2]), IPAddress.v4([192, 0, 2, 1]))
      let questions: Set = [
        RouteQuestion(near), RouteQuestion(far), RouteQuestion(near, by: "sp0"), RouteQuestion(near, by: "no"),
      ]
      #expect(
        try kernel.routes(questions).mapValues(\.interface)
          == [RouteQuestion(near): "sp0", RouteQuestion(near, by: "sp0"): "sp0"])
      #expect(try kernel.addressedInterfaces() == ["sp0"])
    }
  }

  @Test func reservingForgetsLearnedAddresses() throws {
    try lab { kernel in
      try shell("ip link add br0 type bridge; ip link set br0 up; ip link set sp0 master br0")
      try shell("bridge fdb add 02:00:00:00:00:77 dev sp0 master dynamic")
      let flags = try #require(kernel.snapshot().interfaces["sp0"]?.bridgePort?.flags)
      let (former, reserved) = (
        KernelObject.bridgePort(name: "sp0", flags: flags), KernelObject.bridgePort(name: "sp0", flags: .reserved)
      )
      let step = Step.change(from: former, to: reserved)
      #expect(kernel.perform([step]) { false }.failure == nil)
      #expect(try !shell("bridge fdb show dev sp0").contains("02:00:00:00:00:77"))
      #expect(kernel.perform([.change(from: reserved, to: former)]) { false }.failure == nil)
      #expect(try kernel.snapshot().interfaces["sp0"]?.bridgePort?.flags == flags)
    }
  }

  @Test func notABridgePort() throws {
    try lab { kernel in
      let failure = kernel.perform([.add(.bridgePort(name: "sp0", flags: .reserved))]) { false }.failure
      #expect(failure?.text == "sp0 is not a port of a bridge")
    }
  }

  @Test func vlansOfABridge() throws {
    try lab([.bridgeVLANFiltering]) { kernel in
      try shell("ip link add br0 type bridge vlan_filtering 1; ip link set br0 up; ip link set sp0 master br0")
      try shell("bridge vlan add dev sp0 vid 100-4000; bridge vlan add dev sp0 vid 30 pvid untagged")
      let snapshot = try kernel.snapshot()
      let membership = try #require(snapshot.interfaces["sp0"]?.bridgePort?.membership)
      #expect(membership == VLANMembership(pvid: 30, untagged: VLANSet([1, 30]), tagged: VLANSet(100...4000)))
      let own = VLANMembership(pvid: 1, untagged: VLANSet([1]))
      #expect(snapshot.interfaces["br0"]?.bridge == Bridge(.aware, membership: own))
    }
  }
}
