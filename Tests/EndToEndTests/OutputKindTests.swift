import Testing

/// S42: any interface is a safe output, or none.
@Suite("Kinds of outputs", .fullKernel)
struct OutputKindTests {
  /// Commands that make an output `out`, and what the refusal says.
  private static let refused = [
    ("link add out type ifb", "out is an ifb device"), ("link add out type vrf table 7", "out is a VRF"),
    ("link add out link low type macvtap mode bridge", "out is of kind macvtap"),
    ("link add out link low type ipvtap mode l2", "out is of kind ipvtap"),
    ("link add out type ipip local 10.0.2.15 remote 10.0.2.2", "out carries packets without an Ethernet header"),
    ("tuntap add out mode tun", "out carries packets without an Ethernet header"),
    ("link add out type nlmon", "out carries no Ethernet frames"),
  ]

  @Test(
    "S42: what swallows copies, gives them back or is no place for frames is refused with the remedy",
    arguments: refused)
  func refusal(command: String, reason: String) throws {
    try withSwitchLab(hosts: 2) { lab in
      try lab.sw.ip("link add low type dummy", command, "link set dev out up")
      if command.contains("tuntap") { try lab.sw.awaitNoCarrier(of: "out") }
      let mirrorctl = MirrorCommand(in: lab.sw)
      for output in ["output_port: out", "output_vlan: {id: 111, ports: out}"] {
        let text = try mirrorctl.refuse(profile("{name: m0, select_src_port: tap2, \(output)}"), status: 65).errorText
        #expect(text.contains("output \(reason)") && (text.contains(": use ") || text.contains(": give ")), "\(text)")
      }
    }
  }

  @Test("S42: the loopback device is refused")
  func loopback() throws {
    try withSwitchLab(hosts: 2) { lab in
      let text = try MirrorCommand(in: lab.sw).refuse(
        profile("{name: m0, select_src_port: tap2, output_port: lo}"), status: 65
      ).errorText
      #expect(text.contains("output lo gives what is mirrored to it back to this host"), "\(text)")
    }
  }

  /// Commands that make an output `out` by which frames get into a tunnel of somebody else.
  private static let tunnels = [
    ["link add out type gretap local 10.0.2.15 remote 10.95.30.43"],
    ["link add out type vxlan id 7 dstport 4789 local 10.0.2.15 remote 10.95.30.43"],
    ["link add out type geneve id 7 remote 10.95.30.43"],
    ["link add out type ip6gretap local fd00:2::15 remote fd00:95::43 encaplimit none"],
    [
      "link add t0 type gretap local 10.0.2.15 remote 10.95.30.43", "link add out link t0 type vlan id 5",
      "link set dev t0 up",
    ],
    [
      "link add out type bridge", "link add t0 type gretap local 10.0.2.15 remote 10.95.30.43",
      "link set dev t0 master out up",
    ],
  ]

  /// A router between host 1 and the namespace that it returns.
  private func addRouter(_ lab: TunnelLab) throws -> NetworkNamespace {
    let far = try lab.first.addWire("e2")
    try lab.sw.setParameter("ipv4/conf/all/forwarding", to: "1")
    try lab.sw.ip("addr add 10.10.10.1/24 dev br0", "addr add 10.20.0.1/24 dev e2")
    try lab.first.host(1).ip("route add default via 10.10.10.1")
    try far.ip(
      "link set dev eth0 arp on", "addr add 10.20.0.2/24 dev eth0", "route add default via 10.20.0.1")
    return far
  }

  private static let outputs = ["output_port: out", "output_vlan: {id: 111, ports: [out]}"]

  @Test("S29, S42: senders never hear of the MTU of somebody else's tunnel", arguments: tunnels, outputs)
  func pathMTU(commands: [String], output: String) throws {
    try withTunnelLab(collector: .isSilent) { lab in
      _ = try addRouter(lab)
      try lab.sw.run("ip", commands + ["link set dev out up"])
      try MirrorCommand(in: lab.sw).applyWithWarnings(profile("{name: m0, select_dst_port: e2, \(output)}"))
      let uplink = try lab.capture()
      let host = lab.first.host(1)
      for namespace in [host, lab.sw] {
        for size in ["1472", "1000"] {
          try Command(
            ["ping", "-n", "-q", "-M", "do", "-c", "2", "-i", "0.01", "-W", "5", "-s", size, "10.20.0.2"], in: namespace
          )
          .succeed()
        }
        let route = try Command(["ip", "route", "get", "10.20.0.2"], in: namespace).succeed()
        #expect(!route.contains("mtu"), "\(namespace): \(route)")
      }
      // Requests only: 42 bytes of headers, perhaps a tag or two, and those of the tunnel.
      let copies = try uplink.drain().compactMap(\.packet).filter {
        [Packet.gre, Packet.udp].contains($0.protocolNumber) && (1042...1070).contains($0.payload.count)
      }
      #expect(copies.count == 4, "\(copies.map(\.payload.count))")
    }
  }
}
