import NetworkTypes
import Testing
import TrafficControl

@Suite("Commands for devices")
struct DeviceCommandTests {
  private let alias = Device.aliasPrefix + "lab/m0"

  private func quiet(_ name: String) -> [String] {
    [
      "ip link set dev \(name) alias mirrorctl:lab/m0 addrgenmode none arp off multicast off",
      "ip link set dev \(name) up",
    ]
  }

  @Test("S29: every device is quiet before it goes up")
  func additions() {
    let dummy = Device(name: "mcs0", kind: .dummy, alias: alias)
    #expect(Step.add(.device(dummy)).commands == ["ip link add mcs0 type dummy"] + quiet("mcs0"))
    let veth = Device(name: "mch0", kind: .veth(peer: "mch0p"), mtu: 65535, alias: alias)
    #expect(
      Step.add(.device(veth)).commands
        == ["ip link add mch0 mtu 65535 type veth peer name mch0p mtu 65535"] + quiet("mch0") + quiet("mch0p"))
  }

  @Test("S28: a tunnel over IPv4 fragments, one over IPv6 adds no option")
  func tunnels() {
    let v4 = Tunnel(
      .gretap(key: 4369), remote: .v4([10, 0, 0, 1]), local: .v4([10, 0, 0, 2]), ttl: 9, tos: 184, underlay: "eth0")
    #expect(
      Step.add(.device(Device(name: "t", kind: .tunnel(v4), mtu: 65000, alias: alias))).commands.first
        == "ip link add t mtu 65000 type gretap remote 10.0.0.1 local 10.0.0.2 dev eth0 key 4369 ttl 9 tos 0xb8 "
        + "nopmtudisc ignore-df")
    let v6 = Tunnel(.gretap(key: nil), remote: .v6([0x20, 1] + [UInt8](repeating: 0, count: 13) + [1]))
    #expect(
      Step.add(.device(Device(name: "t", kind: .tunnel(v6), alias: alias))).commands.first
        == "ip link add t type ip6gretap remote 2001::1 local :: nokey hoplimit 64 tclass 0x0 encaplimit none")
  }

  @Test("S28: a tunnel is changed in place, with everything that it is")
  func tunnelChange() {
    let old = Device(
      name: "t", kind: .tunnel(Tunnel(.gretap(key: nil), remote: .v4([10, 0, 0, 1]))), mtu: 65000, alias: alias)
    let new = Device(
      name: "t", kind: .tunnel(Tunnel(.gretap(key: nil), remote: .v4([10, 0, 0, 1]), ttl: 5)), mtu: 65000, alias: alias)
    #expect(
      Step.change(from: .device(old), to: .device(new)).commands == [
        "ip link set dev t type gretap remote 10.0.0.1 local any nokey ttl 5 tos 0x0 nopmtudisc ignore-df",
        "ip link set dev t mtu 65000 alias mirrorctl:lab/m0",
      ])
  }

  private func vxlan(to remote: IPAddress, by underlay: String?) -> Device {
    let tunnel = Tunnel(.vxlan(vni: 5, port: 4789, listening: 61693), remote: remote, underlay: underlay)
    return Device(name: "t", kind: .tunnel(tunnel), alias: alias)
  }

  @Test("S28: a vxlan tunnel has its destination in its forwarding table")
  func vxlanDestination() {
    let device = vxlan(to: .v4([10, 0, 0, 1]), by: "eth0")
    #expect(
      Step.add(.device(device)).commands.prefix(2) == [
        "ip link add t type vxlan id 5 local 0.0.0.0 ttl 64 tos 0x0 nolearning df unset dstport 61693 noudpcsum",
        "bridge fdb append 00:00:00:00:00:00 dev t dst 10.0.0.1 port 4789 via eth0",
      ])
    #expect(
      Step.add(.device(device)).summary
        == "+ device t type vxlan id 5 local 0.0.0.0 ttl 64 tos 0x0 nolearning df unset dstport 61693 noudpcsum "
        + "dst 10.0.0.1 port 4789 via eth0")
  }

  @Test("S35: a vxlan tunnel gets its new destination before it loses the old one")
  func vxlanChange() {
    let old = vxlan(to: .v4([10, 0, 0, 1]), by: "eth0")
    let new = vxlan(to: .v4([10, 0, 0, 1]), by: nil)
    let link = "ip link set dev t type vxlan id 5 remote 0.0.0.0 local 0.0.0.0 ttl 64 tos 0x0 nolearning df unset"
    let end = "ip link set dev t alias mirrorctl:lab/m0"
    let append = "bridge fdb append 00:00:00:00:00:00 dev t dst 10.0.0.1 port 4789"
    #expect(
      Step.change(from: .device(old), to: .device(new)).commands == [
        link, append, "bridge fdb del 00:00:00:00:00:00 dev t dst 10.0.0.1 port 4789 via eth0", end,
      ])
    let damaged = vxlan(to: .v4([0, 0, 0, 0]), by: nil)
    #expect(Step.change(from: .device(damaged), to: .device(new)).commands == [link, append, end])
  }

  @Test("A stage whose description has drifted is put right in place: removing it would take its filters along")
  func stageChange() {
    let old = Device(name: "mch0", kind: .veth(peer: "mch0p"), mtu: 9000, alias: alias)
    let new = Device(name: "mch0", kind: .veth(peer: "mch0p"), mtu: 65535, alias: alias)
    #expect(
      Step.change(from: .device(old), to: .device(new)).commands == [
        "ip link set dev mch0 mtu 65535 alias mirrorctl:lab/m0",
        "ip link set dev mch0p mtu 65535 alias mirrorctl:lab/m0",
      ])
  }

  @Test("A device goes with one command, the peer with it")
  func removal() {
    let veth = Device(name: "mch0", kind: .veth(peer: "mch0p"), alias: alias)
    #expect(Step.remove(.device(veth)).commands == ["ip link del dev mch0"])
  }
}
