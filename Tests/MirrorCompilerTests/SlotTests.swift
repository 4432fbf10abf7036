import MirrorCompiler
import MirrorModel
import TestSupport
import Testing
import TrafficControl

@Suite("Mirrors keep their places in the kernel")
struct SlotTests {
  private func mirror(_ name: String, _ port: String, output: String = "eth1") -> String {
    "{name: \(name), bridge: br0, select_src_port: \(port), output_port: \(output)}"
  }

  private func host() -> HostSnapshot {
    var host = Hosts.bridge()
    Hosts.add(Interface(index: 90, name: "eth1"), to: &host)
    return host
  }

  @Test("S35: a mirror that comes or goes moves nothing of the others, wherever its name sorts")
  func neighbours() throws {
    let (a, b, c) = (mirror("a", "tap1", output: "eth0"), mirror("b", "tap2"), mirror("c", "tap3", output: "lo"))
    var result = try Convergence([try ProfileText.profile(b)], on: host())
    let alone = result.held
    try result.apply([try ProfileText.profile(a, b, c)])
    #expect(result.plan.steps.allSatisfy { if case .add = $0 { true } else { false } })
    try result.apply([try ProfileText.profile(b, c)])
    #expect(result.plan.steps.allSatisfy { if case .remove = $0 { true } else { false } })
    try result.apply([try ProfileText.profile(b)])
    #expect(result.held == alone)
  }

  @Test("S35: a slot that is free again is taken by the next mirror")
  func reuse() throws {
    let (a, b, c) = (mirror("a", "tap1"), mirror("b", "tap2"), mirror("c", "tap3"))
    var result = try Convergence([try ProfileText.profile(a, b)], on: host())
    try result.apply([try ProfileText.profile(b)])
    try result.apply([try ProfileText.profile(b, c)])
    #expect(result.compilation.mirrors.map(\.slot) == [1, 0])
  }

  @Test("S36: a slot in which another tool has an action is left alone")
  func foreignActions() throws {
    var host = host()
    host.foreignActions = [ActionKey(.mirred, ActionIndex.object(slot: 0, role: 16)), ActionKey(.gact, 0x6000_1001)]
    let result = try Convergence([try ProfileText.profile(mirror("a", "tap1"))], on: host)
    #expect(result.compilation.mirrors.map(\.slot) == [2])
  }

  @Test("S32, S35: a mirror with another output keeps its action, re-pointed in place")
  func output() throws {
    var result = try Convergence([try ProfileText.profile(mirror("a", "tap1"))], on: host())
    try result.apply([try ProfileText.profile(mirror("a", "tap1", output: "eth0"))])
    let changes = result.plan.steps.filter { if case .change(.action, .action) = $0 { true } else { false } }
    #expect(changes.count >= 1)
    #expect(!result.plan.steps.contains { if case .add(.filter) = $0 { true } else { false } })
    #expect(!result.plan.steps.contains { if case .remove(.filter) = $0 { true } else { false } })
  }

  @Test("S4, S22: filters and counters outlive an output that goes and comes back as another interface")
  func lostOutput() throws {
    let profiles = [try ProfileText.profile(mirror("a", "tap1"))]
    var result = try Convergence(profiles, on: host())
    let filters = result.kernel.host.own.filters
    result.kernel.removeInterface("eth1")
    try result.apply(profiles)
    #expect(result.plan.isEmpty)
    #expect(result.compilation.mirrors.map(\.reasons) == [["output eth1 does not exist"]])
    result.kernel.addInterface(Interface(index: 0, name: "eth1"))
    try result.apply(profiles)
    #expect(result.plan.steps.count == 1)
    #expect(result.kernel.host.own.filters == filters)
    #expect(result.compilation.mirrors.map(\.state) == [.active])
  }

  @Test("S22: two mirrors whose outputs are gone keep their filters apart")
  func lostOutputs() throws {
    let profiles = [try ProfileText.profile(mirror("a", "tap1"), mirror("b", "tap1", output: "eth0"))]
    var result = try Convergence(profiles, on: host())
    for output in ["eth0", "eth1"] { result.kernel.removeInterface(output) }
    try result.apply(profiles)
    #expect(result.plan.isEmpty)
  }

  @Test("S4: a source that goes and comes back is mirrored again; S2: select_all follows the members")
  func sources() throws {
    let profiles = [
      try ProfileText.profile(
        mirror("a", "\"tap*\"", output: "eth0"), "{name: b, bridge: br0, select_all: true, output_port: eth1}")
    ]
    var result = try Convergence(profiles, on: host())
    let before = result.held
    let tap = try #require(result.kernel.host.interfaces["tap2"])
    result.kernel.removeInterface("tap2")
    try result.apply(profiles)
    #expect(!result.kernel.host.own.filters.keys.contains { $0.point.device == "tap2" })
    var new = tap
    new.classifierQdisc = .none
    result.kernel.addInterface(new)
    try result.apply(profiles)
    #expect(result.held == before)
  }

  @Test("Names of devices fit the kernel's limit in any slot")
  func deviceNames() throws {
    var host = host()
    host.foreignActions = Set((0..<65535).map { ActionKey(.mirred, ActionIndex.object(slot: UInt16($0), role: 1)) })
    host.addRoute(to: .v4([10, 0, 0, 1]), "eth0")
    let far =
      "{name: far, bridge: br0, select_src_port: tap1, select_dst_port: [tap1, tap2], "
      + "output_tunnel: {type: gretap, remote: 10.0.0.1}}"
    let result = try Convergence([try ProfileText.profile(far)], on: host)
    #expect(result.compilation.mirrors.map(\.slot) == [65535])
    #expect(throws: CompilationError.self) {
      try MirrorCompiler([try ProfileText.profile(far, mirror("a", "tap1"))], on: host).compile()
    }
  }
}
