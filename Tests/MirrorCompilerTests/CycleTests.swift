import MirrorCompiler
import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("S31: cycles")
struct CycleTests {
  private func link(_ name: String, kind: String, to other: String, in host: inout HostSnapshot, index: UInt32) {
    var interface = host.interfaces[name] ?? Interface(index: index, name: name)
    interface.kind = kind
    interface.link = .here(other)
    host.interfaces[name] = interface
  }

  private func findings(_ host: HostSnapshot, _ mirrors: String...) throws -> [String] {
    var profile = try ProfileText.profile(mirrors[0])
    for mirror in mirrors.dropFirst() { profile.mirrors += try ProfileText.profile(mirror).mirrors }
    do {
      _ = try MirrorCompiler([profile], on: host).compile()
      return []
    } catch { return error.findings.map(\.message) }
  }

  /// A bridge with a veth pair from one of its members to an interface of the same namespace.
  private func hostWithCable(memberOfOther other: String?) -> HostSnapshot {
    var host = Hosts.bridge(["tap1", "cable0"])
    Hosts.addBridge("br1", other.map { [$0] } ?? [], to: &host)
    link("cable0", kind: "veth", to: "cable1", in: &host, index: 70)
    link("cable1", kind: "veth", to: "cable0", in: &host, index: 71)
    return host
  }

  @Test("S31: the peer of a member as output")
  func vethPeer() throws {
    let found = try findings(
      hostWithCable(memberOfOther: nil), "{name: m0, bridge: br0, select_all: true, output_port: cable1}")
    #expect(found.count == 1)
    #expect(found.first?.contains("cable1 egress -> cable0 ingress -> mirror lab/m0") == true)
    #expect(found.first?.contains("'force: true' allows it") == true)
  }

  @Test("S31: through another bridge, and only through a mirror there")
  func throughBridge() throws {
    let host = hostWithCable(memberOfOther: "cable1")
    #expect(try findings(host, "{name: m0, bridge: br0, select_src_port: tap1, output_port: cable0}").isEmpty)
    let found = try findings(
      host, "{name: m0, bridge: br0, select_src_port: tap1, output_port: cable0}",
      "{name: m1, bridge: br1, select_all: true, output_port: tap1}")
    #expect(found.isEmpty, "tap1 only sends: \(found)")
    let both = try findings(
      host, "{name: m0, select_dst_port: tap1, output_port: cable0}",
      "{name: m1, bridge: br1, select_all: true, output_port: tap1}")
    #expect(both.count == 2)
  }

  @Test("S31: a tunnel of another tool, by the interface it is bound to, else by the route to its other end")
  func foreignTunnel() throws {
    var host = Hosts.bridge()
    let remote = IPAddress.v4([10, 0, 0, 9])
    Hosts.add(Interface(index: 90, name: "up1"), to: &host)
    var theirs = Interface(index: 91, name: "theirs")
    theirs.kind = "vxlan"
    theirs.tunnel = Tunnel(.vxlan(vni: 1, port: 4789, listening: 4789), remote: remote)
    Hosts.add(theirs, to: &host)
    let mirror = "{name: m0, select_dst_port: eth0, output_port: theirs}"
    #expect(try findings(host, mirror).isEmpty, "there is no route")
    host.addRoute(to: remote, "eth0")
    #expect(try findings(host, mirror).first?.contains("theirs egress -> eth0 egress -> mirror lab/m0") == true)
    #expect(try findings(host, "{name: m0, select_src_port: eth0, output_port: theirs}").isEmpty)
    host.interfaces["theirs"]?.tunnel?.underlay = "up1"
    #expect(try findings(host, mirror).isEmpty)
  }

  @Test("S31: 'force: true' allows the mirror that says so, and no other")
  func force() throws {
    let host = hostWithCable(memberOfOther: nil)
    #expect(
      try findings(host, "{name: m0, bridge: br0, select_all: true, output_port: cable1, force: true}").isEmpty)
    let found = try findings(
      host, "{name: m0, bridge: br0, select_all: true, output_port: cable1, force: true}",
      "{name: m1, select_src_port: cable0, output_port: cable1}")
    #expect(found.count == 1)
  }

  @Test("S31: a VLAN device over the source, a bond over it and the bridge over it")
  func stacked() throws {
    var host = Hosts.bridge()
    link("eth0.10", kind: "vlan", to: "eth0", in: &host, index: 80)
    #expect(try findings(host, "{name: m0, select_dst_port: eth0, output_port: eth0.10}").count == 1)
    #expect(try findings(host, "{name: m0, select_src_port: eth0, output_port: eth0.10}").isEmpty)
    var bond = Interface(index: 81, name: "bond0")
    bond.kind = "bond"
    Hosts.add(bond, to: &host)
    host.interfaces["eth0"]?.master = "bond0"
    #expect(try findings(host, "{name: m0, select_dst_port: eth0, output_port: bond0}").count == 1)
    #expect(try findings(host, "{name: m0, select_dst_port: tap1, output_port: br0}").count == 1)
    #expect(try findings(host, "{name: m0, select_src_port: tap1, output_port: br0}").isEmpty)
  }

  @Test("S31: two mirrors that copy each other's outputs are both told")
  func pair() throws {
    let host = Hosts.bridge()
    let found = try findings(
      host, "{name: m0, select_dst_port: tap1, output_port: tap2}",
      "{name: m1, select_dst_port: tap2, output_port: tap1}")
    #expect(found.count == 2)
  }

  @Test("S31: a remote VLAN that comes round is a cycle only for who copies it")
  func remoteVLAN() throws {
    var host = Hosts.bridge(["tap1", "loop0", "loop1"], awareness: .aware)
    link("loop0", kind: "veth", to: "loop1", in: &host, index: 70)
    link("loop1", kind: "veth", to: "loop0", in: &host, index: 71)
    for port in ["loop0", "loop1"] { Hosts.setVLANs(port, tagged: [111], in: &host) }
    #expect(try findings(host, "{name: m0, bridge: br0, select_all: true, output_vlan: 111}").isEmpty)
    let found = try findings(
      host, "{name: m0, bridge: br0, select_all: true, output_vlan: 111}",
      "{name: m1, bridge: br0, select_src_port: loop1, output_vlan: {id: 1, ports: loop0, reflect: true}}")
    #expect(found.isEmpty, "VLAN 1 is nowhere on loop0: \(found)")
  }

  @Test("S31: two tunnels over one uplink copy each other where copies cannot be marked; S30: one does not copy itself")
  func tunnels() throws {
    var host = Hosts.bridge(features: Set(Feature.allCases).subtracting([.ebpf]))
    for last in UInt8(1)...2 { host.addRoute(to: .v4([10, 0, 0, last]), "eth0") }
    func mirror(_ number: Int) -> String {
      "{name: m\(number), select_dst_port: eth0, output_tunnel: {type: gretap, remote: 10.0.0.\(number)}}"
    }
    #expect(try findings(host, mirror(1)).isEmpty)
    #expect(try findings(host, mirror(1), mirror(2)).count == 2)
    host.features.insert(.ebpf)
    #expect(try findings(host, mirror(1), mirror(2)).isEmpty)
    host.features.remove(.ebpf)
    let same = "{name: m3, select_dst_port: eth0, output_tunnel: {type: gretap, remote: 10.0.0.1}}"
    #expect(try findings(host, mirror(1), same).isEmpty)
  }

  @Test("S41: a tunnel in another: with the mark it is left out, without it or over a VPN it is a cycle")
  func nested() throws {
    var host = Hosts.bridge()
    let (collector, peer) = (IPAddress.v4([10, 0, 0, 1]), IPAddress.v4([10, 0, 0, 2]))
    var outer = Interface(index: 90, name: "outer")
    (outer.kind, outer.hardwareType, outer.encapsulation) = ("ipip", 768, .headers(remote: peer))
    Hosts.add(outer, to: &host)
    host.addRoute(to: collector, "outer")
    host.addRoute(to: peer, "eth0")
    let mirror = "{name: m0, select_dst_port: eth0, output_tunnel: {type: gretap, remote: 10.0.0.1}}"
    #expect(try findings(host, mirror).isEmpty)
    host.features.remove(.ebpf)
    #expect(try findings(host, mirror).first?.contains("outer egress -> eth0 egress -> mirror lab/m0") == true)
    host.features.insert(.ebpf)
    host.interfaces["outer"]?.encapsulation = .otherPackets
    #expect(try findings(host, mirror).isEmpty, "the host has no address on eth0")
    host.addressedInterfaces = ["eth0"]
    #expect(try findings(host, mirror).first?.contains("outer egress -> eth0 egress -> mirror lab/m0") == true)
    #expect(try findings(host, mirror.replacing("dst", with: "src")).isEmpty)
  }

  @Test("S41: a tap device that gets copies is a guest's, and does not send them on")
  func guest() throws {
    var host = Hosts.bridge()
    host.interfaces["tap3"]?.kind = "tun"
    host.interfaces["tap3"]?.encapsulation = .otherPackets
    host.addressedInterfaces = ["eth0", "br0"]
    #expect(try findings(host, "{name: m0, select_dst_port: eth0, output_port: tap3}").isEmpty)
    #expect(try findings(host, "{name: m0, select_dst_port: tap1, bridge: br0, output_vlan: 5}").isEmpty)
  }

  @Test("S31: across profiles")
  func profiles() throws {
    let one = try ProfileText.profile("{name: m0, select_dst_port: tap1, output_port: tap2}", name: "one")
    let two = try ProfileText.profile("{name: m0, select_dst_port: tap2, output_port: tap1}", name: "two")
    #expect(throws: CompilationError.self) { try MirrorCompiler([one, two], on: Hosts.bridge()).compile() }
  }

  @Test("S31: no false alarm for any golden case but the cycle", arguments: GoldenCase.all)
  func noFalseAlarm(golden: GoldenCase) throws {
    let isCycle = try golden.outcome().plan.contains("come back to its sources")
    #expect(isCycle == (golden.name == "cycle"))
  }
}
