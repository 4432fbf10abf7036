import MirrorCompiler
import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("S4, S22: mirrors that work in part")
struct DegradedTests {
  private func reasons(_ mirror: String, _ change: (inout HostSnapshot) -> Void = { _ in }) throws -> [String] {
    var host = Hosts.bridge(["tap1", "tap2", "tap3"], awareness: .aware)
    host.addRoute(to: .v4([10, 0, 0, 1]), "eth0")
    change(&host)
    let result = try Convergence([try ProfileText.profile(mirror)], on: host)
    #expect(
      result.compilation.mirrors.map(\.state)
        == (result.compilation.mirrors[0].reasons.isEmpty ? [.active] : [.degraded]))
    return result.compilation.mirrors.flatMap(\.reasons)
  }

  @Test("S4: a port that is missing, or is no port of the bridge, is named once; patterns need not match")
  func sources() throws {
    #expect(
      try reasons("{name: m0, bridge: br0, select_src_port: [tap9, tap1], select_dst_port: tap9, output_port: eth0}")
        == ["tap9 does not exist"])
    #expect(
      try reasons("{name: m0, bridge: br0, select_src_port: eth0, output_port: tap1}") == ["eth0 is not a port of br0"])
    #expect(try reasons("{name: m0, bridge: br0, select_src_port: \"vnet*\", output_port: eth0}").isEmpty)
    #expect(
      try reasons("{name: m0, bridge: br9, select_all: true, output_port: eth0}") == ["bridge br9 does not exist"])
  }

  @Test("S4: an alternative name stands for the interface")
  func alternativeNames() throws {
    let mirror = "{name: m0, bridge: br0, select_src_port: \"uplink*\", output_port: analyser}"
    let reasons = try reasons(mirror) {
      $0.interfaces["tap1"]?.alternativeNames = ["uplink-to-core"]
      $0.interfaces["eth0"]?.alternativeNames = ["analyser"]
    }
    #expect(reasons.isEmpty)
  }

  @Test("S4: a source that is missing keeps no other from being mirrored")
  func others() throws {
    let result = try Convergence(
      [try ProfileText.profile("{name: m0, bridge: br0, select_src_port: [tap9, tap1], output_port: eth0}")],
      on: Hosts.bridge())
    #expect(result.kernel.host.own.filters.keys.map(\.point) == [HookPoint("tap1", .ingress)])
  }

  @Test("S20, S22: an output that is missing, down or without carrier is named, and starves no other")
  func outputs() throws {
    let mirror = "{name: m0, bridge: br0, select_src_port: tap1, output_port: [eth9, eth0, tap2, tap3]}"
    let found = try reasons(mirror) {
      $0.interfaces["eth0"]?.isUp = false
      $0.interfaces["tap2"]?.hasCarrier = false
    }
    #expect(found.sorted() == ["output eth0 is down", "output eth9 does not exist", "output tap2 has no carrier"])
    var host = Hosts.bridge()
    host.interfaces["eth0"]?.isUp = false
    let result = try Convergence([try ProfileText.profile(mirror)], on: host)
    #expect(result.kernel.host.own.filters.values.filter { $0.key.point.device == "tap1" }.count == 3)
  }

  @Test("S23: a VLAN that no port carries, and a port that does not carry it")
  func vlans() throws {
    #expect(
      try reasons("{name: m0, bridge: br0, select_src_port: tap1, output_vlan: 111}")
        == ["no port carries VLAN 111 on br0"])
    let mirror = "{name: m0, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, ports: [tap2, tap3, tap9]}}"
    let found = try reasons(mirror) {
      Hosts.setVLANs("tap2", tagged: [111], in: &$0)
      $0.interfaces["tap2"]?.isUp = false
    }
    #expect(found == ["output tap9 does not exist", "output tap3 does not carry VLAN 111", "output tap2 is down"])
  }

  @Test("S28: a tunnel without route, without underlay, or over one that is down")
  func tunnels() throws {
    func mirror(_ rest: String) -> String {
      "{name: m0, bridge: br0, select_src_port: tap1, output_tunnel: {type: gretap, \(rest)}}"
    }
    #expect(try reasons(mirror("remote: 10.0.0.1")).isEmpty)
    #expect(try reasons(mirror("remote: 10.0.0.2")) == ["there is no route to 10.0.0.2"])
    #expect(try reasons(mirror("remote: 10.0.0.1, device: wan")) == ["underlay wan does not exist"])
    #expect(
      try reasons(mirror("remote: 10.0.0.1")) { $0.interfaces["eth0"]?.isUp = false } == ["underlay eth0 is down"])
  }

  @Test("The older ingress qdisc has no egress hook: the destination side is told, the source side works")
  func ingressQdisc() throws {
    let found = try reasons("{name: m0, select_src_port: eth0, select_dst_port: eth0, output_port: tap1}") {
      $0.interfaces["eth0"]?.classifierQdisc = .ingress
    }
    #expect(found.count == 1)
    #expect(found.first?.contains("eth0 has the ingress qdisc") == true)
  }

  @Test("A hook with a shared block takes no filter of its own: that side is told, the other works")
  func sharedBlock() throws {
    let mirror = "{name: m0, select_src_port: eth0, select_dst_port: eth0, output_port: tap1}"
    let block: (inout HostSnapshot) -> Void = {
      $0.interfaces["eth0"]?.classifierQdisc = .clsact
      $0.interfaces["eth0"]?.sharedBlocks = [.ingress: 22]
    }
    let found = try reasons(mirror, block)
    #expect(found.count == 1)
    #expect(found.first?.contains("eth0 has the ingress filters of block 22") == true)
    var host = Hosts.bridge()
    block(&host)
    let result = try Convergence([try ProfileText.profile(mirror)], on: host)
    #expect(result.kernel.host.own.filters.keys.map(\.point) == [HookPoint("eth0", .egress)])
  }

  @Test("S22: an underlay without carrier is told")
  func underlayCarrier() throws {
    let mirror =
      "{name: m0, bridge: br0, select_src_port: tap1, output_tunnel: {type: gretap, remote: 10.0.0.1}}"
    #expect(
      try reasons(mirror) { $0.interfaces["eth0"]?.hasCarrier = false } == ["underlay eth0 has no carrier"])
  }

  @Test("fq under an output is noted, also below a bond; a hop makes up for it")
  func fairQueue() throws {
    func notes(_ rest: String, _ device: String = "eth0") throws -> [String] {
      var host = Hosts.bridge()
      host.addRoute(to: .v4([10, 0, 0, 1]), Route(interface: "eth0"))
      host.interfaces[device] = host.interfaces[device] ?? Interface(index: 99, name: device)
      if device != "eth0" { host.interfaces[device]?.master = "eth0" }
      host.interfaces["eth0"]?.mtu = 9000
      host.interfaces[device]?.queues = ["fq"]
      let mirror = "{name: m0, select_src_port: tap1, \(rest)}"
      let result = try Convergence([try ProfileText.profile(mirror)], on: host)
      return result.compilation.mirrors.flatMap(\.notes)
    }
    let gre = "output_tunnel: {type: gretap, remote: 10.0.0.1}"
    for output in ["output_port: eth0", "output_vlan: {id: 111, ports: eth0}", gre] {
      for device in ["eth0", "slave"] {
        #expect(try notes(output, device).first?.contains("\(device) sends by the qdisc fq") == true, "\(output)")
      }
    }
    #expect(try notes("output_port: eth0, normalize: true").isEmpty)
    #expect(try notes(gre + ", normalize: true").isEmpty)
    #expect(try notes("output_tunnel: {type: vxlan, remote: 10.0.0.1, vni: 5}").isEmpty)
  }

  @Test("S3: no port selected is no fault, and the output is reserved all the same")
  func nothingSelected() throws {
    #expect(try reasons("{name: m0, bridge: br0, output_port: tap3}").isEmpty)
    let result = try Convergence(
      [try ProfileText.profile("{name: m0, bridge: br0, output_port: tap3}")], on: Hosts.bridge())
    #expect(result.kernel.host.interfaces["tap3"]?.bridgePort?.flags == BridgePortFlags.reserved)
  }

  @Test("A disabled mirror is neither degraded nor there, but remembered")
  func disabled() throws {
    let result = try Convergence(
      [try ProfileText.profile("{name: m0, enabled: false, bridge: br9, select_all: true, output_port: x}")],
      on: Hosts.bridge())
    #expect(result.compilation.mirrors.map(\.state) == [.disabled])
    #expect(result.kernel.host.own.filters.isEmpty)
    #expect(Records(in: result.kernel.host.own).slots.count == 1)
  }
}
