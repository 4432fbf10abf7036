import NetworkTypes
import Testing
import TrafficControl

extension ContractCase {
  private static let alias = Device.aliasPrefix + "lab/m0"

  /// Devices and bridge ports.
  static let deviceCases = [
    ContractCase("dummy devices", needs: [.dummy]) { kernel in
      for mtu in [nil, 9000, nil] as [UInt32?] {
        let device = Device(name: "mct0", kind: .dummy, mtu: mtu, alias: alias)
        let after = try kernel.converge(to: Sample.state(qdiscs: [], devices: [device]))
        #expect(after.interfaces["mct0"]?.isUp ?? false)
      }
      try kernel.converge(to: KernelState())
    },
    ContractCase("veth pairs", needs: [.veth]) { kernel in
      let device = Device(name: "mct0", kind: .veth(peer: "mct0p"), mtu: 9000, alias: alias)
      let after = try kernel.converge(to: Sample.state(qdiscs: ["mct0p"], devices: [device]))
      #expect(after.interfaces["mct0"]?.hasCarrier ?? false)
      #expect(after.interfaces["mct0p"]?.link == .here("mct0"))
      let renamed = Device(name: "mct0", kind: .veth(peer: "mct0p"), alias: alias + "x")
      try kernel.converge(to: Sample.state(qdiscs: ["mct0p"], devices: [renamed]))
      try kernel.converge(to: KernelState())
    },
    ContractCase("gretap changes in place", needs: [.gretap]) { kernel in
      var tunnel = Tunnel(.gretap(key: 0x1111), remote: .v4([192, 0, 2, 1]), local: .v4([192, 0, 2, 2]))
      let device = Device(name: "mct0", kind: .tunnel(tunnel), mtu: 1500, alias: alias)
      let before = try kernel.converge(to: Sample.state(qdiscs: [], devices: [device]))
      tunnel = Tunnel(.gretap(key: nil), remote: .v4([192, 0, 2, 9]), ttl: 9, tos: 0x20, underlay: "out0")
      let changed = Device(name: "mct0", kind: .tunnel(tunnel), mtu: 1500, alias: alias)
      let after = try kernel.converge(to: Sample.state(qdiscs: [], devices: [changed]))
      #expect(after.interfaces["mct0"]?.index == before.interfaces["mct0"]?.index)
      try kernel.converge(to: KernelState())
    },
    ContractCase("ip6gretap changes in place", needs: [.ip6gretap]) { kernel in
      let prefix: [UInt8] = [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11)
      var tunnel = Tunnel(.gretap(key: 5), remote: .v6(prefix + [1]), local: .v6(prefix + [2]))
      let device = Device(name: "mct0", kind: .tunnel(tunnel), mtu: 1500, alias: alias)
      let before = try kernel.converge(to: Sample.state(qdiscs: [], devices: [device]))
      tunnel.remote = .v6(prefix + [9])
      tunnel.header = .gretap(key: nil)
      tunnel.tos = 0x20
      let changed = Device(name: "mct0", kind: .tunnel(tunnel), mtu: 1500, alias: alias)
      let after = try kernel.converge(to: Sample.state(qdiscs: [], devices: [changed]))
      #expect(after.interfaces["mct0"]?.index == before.interfaces["mct0"]?.index)
      try kernel.converge(to: KernelState())
    },
    ContractCase("a device of another kind takes the place", needs: [.veth, .dummy]) { kernel in
      let veth = Device(name: "mct0", kind: .veth(peer: "mct0p"), alias: alias)
      try kernel.converge(to: Sample.state(qdiscs: [], devices: [veth]))
      let dummy = Device(name: "mct0", kind: .dummy, alias: alias)
      try kernel.converge(to: Sample.state(qdiscs: [], devices: [dummy]))
      try kernel.converge(to: KernelState())
    },
    ContractCase("a name that is taken is refused", needs: [.veth]) { kernel in
      let device = Device(name: "mct0", kind: .veth(peer: "out0"), alias: alias)
      let execution = kernel.perform([.add(.device(device))]) { false }
      #expect(execution.failure?.cause == .inTheWay)
      let after = try kernel.snapshot()
      #expect(after.interfaces["mct0"] == nil)
      #expect(after.interfaces["out0"] != nil)
    },
    ContractCase("a bridge port is reserved and released", needs: [.mirred]) { kernel in
      let before = try kernel.snapshot()
      let port = try #require(before.interfaces["sp0"])
      let former = try #require(port.bridgePort?.flags)
      let cookie = Cookie(.reservation(former: former, interfaceIndex: port.index))
      let record = Action(
        index: 0x5000_0005, cookie: cookie, operation: .mirred(Mirred(.mirror, to: "out0")), control: .continue)
      var free = Sample.state([record], qdiscs: [])
      free.bridgePorts["sp0"] = former
      try #require(kernel.perform([.add(.action(record))]) { false }.failure == nil)
      try kernel.expect(free)
      var reserved = free
      reserved.bridgePorts["sp0"] = .reserved
      let after = try kernel.converge(to: reserved)
      #expect(after.interfaces["sp0"]?.bridgePort?.flags == .reserved)
      try kernel.converge(to: free)
      try kernel.converge(to: KernelState())
    },
  ]
}
