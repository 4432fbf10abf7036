import MirrorCompiler
import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("S21: reserved output ports")
struct ReservationTests {
  private let former: BridgePortFlags = [.learning, .multicastFlood]
  private let span = "{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}"

  private func host() -> HostSnapshot {
    var host = Hosts.bridge()
    host.interfaces["tap3"]?.bridgePort?.flags = former
    Hosts.add(Interface(index: 90, name: "eth1"), to: &host)
    return host
  }

  @Test("S21: a reserved port takes nothing but copies, and drops what it receives after all other filters")
  func reserved() throws {
    let result = try Convergence([try ProfileText.profile(span)], on: host())
    #expect(result.kernel.host.interfaces["tap3"]?.bridgePort?.flags == BridgePortFlags.reserved)
    let filters = result.kernel.host.own.filters.values.filter { $0.key.point.device == "tap3" }
    #expect(filters.map(\.classifier) == [.bpf(.drop)])
    #expect(filters.map(\.key.point.hook) == [.ingress])
    #expect(filters.allSatisfy { $0.key.preference > 49152 })
  }

  @Test("S21: its former flags come back when it is released, also after a change of everything else")
  func restored() throws {
    let other = "{name: m0, bridge: br0, select_src_port: tap2, output_port: tap3}"
    var result = try Convergence([try ProfileText.profile(span)], on: host())
    try result.apply([try ProfileText.profile(other)])
    try result.apply([try ProfileText.profile("{name: m0, bridge: br0, select_src_port: tap2, output_port: eth1}")])
    #expect(result.kernel.host.interfaces["tap3"]?.bridgePort?.flags == former)
    try result.apply([])
    #expect(result.held == KernelState())
  }

  @Test("S21: a port that two profiles reserve is released with the last")
  func shared() throws {
    let first = try ProfileText.profile(span, name: "one")
    let second = try ProfileText.profile(
      "{name: m0, bridge: br0, select_src_port: tap2, output_port: tap3}", name: "two")
    var result = try Convergence([first, second], on: host())
    try result.apply([second])
    #expect(result.kernel.host.interfaces["tap3"]?.bridgePort?.flags == BridgePortFlags.reserved)
    try result.apply([])
    #expect(result.kernel.host.interfaces["tap3"]?.bridgePort?.flags == former)
  }

  @Test("S21: flags that somebody changes meanwhile are put right, and the former ones still come back")
  func drift() throws {
    let profiles = [try ProfileText.profile(span)]
    var result = try Convergence(profiles, on: host())
    result.kernel.host.interfaces["tap3"]?.bridgePort?.flags = [.unicastFlood]
    #expect(try result.rest(profiles).steps.map(\.summary).count == 1)
    try result.apply(profiles)
    try result.apply([])
    #expect(result.kernel.host.interfaces["tap3"]?.bridgePort?.flags == former)
  }

  @Test("S21: an output that is no member of the mirrored bridge is left as it is")
  func others() throws {
    var host = host()
    Hosts.addBridge("br1", ["tap8"], to: &host)
    let profile = try ProfileText.profile(
      "{name: m0, bridge: br0, select_src_port: tap1, output_port: [eth1, tap8]}",
      "{name: m1, select_src_port: eth0, output_port: tap3}")
    let result = try Convergence([profile], on: host)
    #expect(result.held.bridgePorts.isEmpty)
    #expect(result.kernel.host.interfaces["tap3"]?.bridgePort?.flags == former)
    #expect(result.compilation.warnings.contains { $0.contains("tap3 is a port of br0 and goes on switching") })
  }

  @Test("S21: a port that comes back as another interface is reserved anew, and the old record goes")
  func recreated() throws {
    let profiles = [try ProfileText.profile(span)]
    var result = try Convergence(profiles, on: host())
    let port = try #require(result.kernel.host.interfaces["tap3"])
    result.kernel.removeInterface("tap3")
    try result.apply(profiles)
    var new = port
    new.bridgePort?.flags = [.unicastFlood]
    new.classifierQdisc = .none
    result.kernel.addInterface(new)
    try result.apply(profiles)
    try result.apply([])
    #expect(result.kernel.host.interfaces["tap3"]?.bridgePort?.flags == [.unicastFlood])
    #expect(result.held == KernelState())
  }

  @Test(
    "S21: where the record of the former flags is lost, it is said, while the port is reserved and when it is released")
  func lostRecord() throws {
    let profiles = [try ProfileText.profile(span)]
    var result = try Convergence(profiles, on: host())
    #expect(result.compilation.warnings == [])
    for (key, action) in result.kernel.host.own.actions {
      if case .reservation = action.cookie.content { result.kernel.host.own.actions[key] = nil }
    }
    let isTold = { (result: Convergence) in
      result.compilation.warnings.contains { $0.hasPrefix("tap3: what its flags were before") }
    }
    var released = result
    try released.apply([])
    #expect(isTold(released))
    #expect(result.kernel.host.interfaces["tap3"]?.bridgePort?.flags == BridgePortFlags.reserved)
    result = try Convergence(profiles, on: host())
    for (key, action) in result.kernel.host.own.actions {
      if case .reservation = action.cookie.content { result.kernel.host.own.actions[key] = nil }
    }
    for _ in 0..<2 {
      try result.apply(profiles)
      #expect(isTold(result))
    }
    try result.apply([])
    #expect(isTold(result))
    try result.apply([])
    #expect(!isTold(result))
    #expect(result.held == KernelState())
  }

  @Test("S21, S38: a kernel without gact remembers the flags as well")
  func withoutGact() throws {
    var host = host()
    host.features.remove(.gact)
    var result = try Convergence([try ProfileText.profile(span)], on: host)
    try result.apply([])
    #expect(result.kernel.host.interfaces["tap3"]?.bridgePort?.flags == former)
  }
}
