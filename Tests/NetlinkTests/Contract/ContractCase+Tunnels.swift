import NetworkTypes
import Testing
import TrafficControl

extension ContractCase {
  private static let v4 = IPAddress.v4([192, 0, 2, 1])
  private static let v6 = IPAddress.v6([0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1])
  private static let own6 = IPAddress.v6([0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [2])

  /// Tunnels, each with another that it becomes in place.
  static let tunnelCases = [
    changing(
      "erspan", .erspan, Tunnel(.erspan(.typeII(session: 5, index: 0xfffff)), remote: v4),
      Tunnel(.erspan(.typeIII(session: 6, direction: .egress, hardwareID: 63)), remote: v4, ttl: 9, underlay: "out0")),
    changing(
      "erspan type I", .erspan, Tunnel(.erspan(.typeI), remote: v4), Tunnel(.erspan(.typeI), remote: v4, tos: 0x20)),
    changing(
      "ip6erspan", .ip6erspan, Tunnel(.erspan(.typeII(session: 0, index: 0)), remote: v6, local: own6),
      Tunnel(
        .erspan(.typeIII(session: 0, direction: .ingress, hardwareID: 0)), remote: v6, local: own6, ttl: 9, tos: 0x20)),
    changing(
      "vxlan", .vxlan, Tunnel(vxlan(0xffffff, port: 1), remote: v4, local: .v4([192, 0, 2, 2]), underlay: "out0"),
      Tunnel(vxlan(0xffffff, port: 1), remote: .v4([192, 0, 2, 9]), ttl: 9, tos: 0x20)),
    changing(
      "the underlay of vxlan", .vxlan, Tunnel(vxlan(5, port: 4789), remote: v4),
      Tunnel(vxlan(5, port: 4789), remote: v4, underlay: "out0")),
    changing(
      "vxlan over IPv6", .vxlan, Tunnel(vxlan(0, port: 4789), remote: v6),
      Tunnel(vxlan(0, port: 4789), remote: own6, ttl: 255, tos: 0xff)),
    changing(
      "geneve", .geneve, Tunnel(.geneve(vni: 5, port: 6081), remote: v4),
      Tunnel(.geneve(vni: 5, port: 6081), remote: v4, ttl: 9, tos: 0x20)),
    changing(
      "geneve over IPv6", .geneve, Tunnel(.geneve(vni: 5, port: 6081), remote: v6),
      Tunnel(.geneve(vni: 5, port: 6081), remote: v6, ttl: 9, tos: 0x20)),
    refusal(
      "erspan", .erspan, Tunnel(.erspan(.typeII(session: 5, index: 1)), remote: v4),
      Tunnel(.erspan(.typeII(session: 5, index: 2)), remote: v4)),
    refusal(
      "vxlan", .vxlan, Tunnel(vxlan(5, port: 4789), remote: v4),
      Tunnel(vxlan(5, port: 4789), remote: .v4([192, 0, 2, 9]))),
    refusal(
      "geneve", .geneve, Tunnel(.geneve(vni: 5, port: 6081), remote: v4),
      Tunnel(.geneve(vni: 5, port: 6081), remote: v4, ttl: 9)),
  ]

  private static func vxlan(_ vni: UInt32, port: UInt16) -> Tunnel.Header {
    .vxlan(vni: vni, port: port, listening: 61000 + port % 4096)
  }

  private static func device(_ name: String, _ tunnel: Tunnel) -> Device {
    let mtu: UInt32? = if case .erspan = tunnel.header { 65000 } else { nil }
    return Device(name: name, kind: .tunnel(tunnel), mtu: mtu, alias: Device.aliasPrefix + "lab/m0")
  }

  private static func changing(_ name: String, _ feature: Feature, _ old: Tunnel, _ new: Tunnel) -> ContractCase {
    ContractCase("\(name) changes in place", needs: [feature]) { kernel in
      let before = try kernel.converge(to: Sample.state(qdiscs: [], devices: [device("mct0", old)]))
      let after = try kernel.converge(to: Sample.state(qdiscs: [], devices: [device("mct0", new)]))
      #expect(after.interfaces["mct0"]?.index == before.interfaces["mct0"]?.index)
      #expect(after.interfaces["mct0"]?.tunnel == new)
      try kernel.converge(to: KernelState())
    }
  }

  private static func refusal(_ name: String, _ feature: Feature, _ first: Tunnel, _ second: Tunnel) -> ContractCase {
    ContractCase("a second \(name) tunnel that is too much like the first is refused", needs: [feature]) { kernel in
      try kernel.converge(to: Sample.state(qdiscs: [], devices: [device("mct0", first)]))
      let execution = kernel.perform([.add(.device(device("mct1", second)))]) { false }
      #expect(execution.failure?.cause == .inTheWay)
      let after = try kernel.snapshot()
      #expect(after.interfaces["mct1"] == nil)
      try kernel.converge(to: KernelState())
    }
  }
}
