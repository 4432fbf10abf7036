import MirrorCompiler
import MirrorModel
import TestSupport
import Testing
import TrafficControl

@Suite("Actions that have counted stay with their mirror")
struct IdleCounterTests {
  private static let outputs = [
    "output_port: eth1", "output_port: [eth0, eth1]", "output_vlan: 111", "view: switch, output_port: eth1",
    "output_tunnel: {type: gretap, remote: 10.0.0.1}", "output_tunnel: {type: vxlan, remote: 10.0.0.1, vni: 5}",
  ]
  private static let shapes = [
    "", "snaplen: 64", "sample: 10", "rate: 1mbit", "snaplen: 64, sample: 10, rate: 1mbit", "normalize: true",
    "normalize: true, snaplen: 64", "normalize: true, rate: 1mbit",
  ]
  private static let selections = [
    "select_src_port: tap1", "select_src_port: tap2, select_dst_port: [tap1, tap2]", "select_all: true",
  ]

  private func host() -> HostSnapshot {
    var host = Hosts.bridge()
    Hosts.add(Interface(index: 90, name: "eth1"), to: &host)
    host.addRoute(to: .v4([10, 0, 0, 1]), "eth0")
    return host
  }

  private func mirror(_ words: String...) throws -> [Profile] {
    let words = (["name: m", "bridge: br0"] + words).filter { !$0.isEmpty }.joined(separator: ", ")
    return [try ProfileText.profile("{\(words)}")]
  }

  /// What the kernel's actions count, deliveries of VLANs left out.
  private func counters(_ state: KernelState) -> [ActionKey: Cookie.Role] {
    state.actions.compactMapValues { action in
      guard case .object(let role, _) = action.cookie.content, role.isCounter, role != .delivery else { return nil }
      return role
    }
  }

  @Test(
    "S32: no change takes a counter away or gives it another meaning; nothing is left to do, and clearing takes all")
  func random() {
    let run = FuzzRun("idle counters", rounds: 25)
    let failures = run.failures { generator in
      var result = try Convergence([], on: host())
      var known: [ActionKey: Cookie.Role] = [:]
      for _ in 0..<12 {
        let words = try mirror(
          Self.selections.randomElement(using: &generator) ?? "", Self.outputs.randomElement(using: &generator) ?? "",
          Self.shapes.randomElement(using: &generator) ?? "")
        try result.apply(words)
        let now = counters(result.held)
        for (key, role) in known where now[key] != role { return "\(key) was \(role)" }
        known = now
        let rest = try result.rest(words)
        if !rest.isEmpty { return "\(rest.steps.map(\.summary))" }
      }
      try result.apply([])
      return result.held == KernelState() ? nil : "\(result.held)"
    }
    #expect(failures == [])
  }

  @Test("S32: changes that come again and again leave no more than they did at first", arguments: outputs)
  func bounded(output: String) throws {
    var result = try Convergence([], on: host())
    var counts: [Int] = []
    for _ in 1...3 {
      for shape in Self.shapes { try result.apply(try mirror(Self.selections[1], output, shape)) }
      counts.append(result.held.actions.count)
    }
    #expect(Set(counts).count == 1, "\(counts)")
  }

  @Test("S32: outputs that are others each time leave no more than the first did")
  func boundedForNewOutputs() throws {
    var host = host()
    for number in 1...4 { Hosts.add(Interface(index: 90 + UInt32(number), name: "out\(number)"), to: &host) }
    var result = try Convergence([], on: host)
    var counts: [Int] = []
    for number in 1...4 {
      for shape in Self.shapes { try result.apply(try mirror(Self.selections[1], "output_port: out\(number)", shape)) }
      counts.append(result.held.actions.count)
    }
    #expect(Set(counts).count == 1, "\(counts)")
  }

  @Test("S32: idle counters of outputs that changed do not move those that work", arguments: shapes)
  func changedOutputs(shape: String) throws {
    var result = try Convergence(try mirror(Self.selections[0], "output_port: eth1"), on: host())
    for output in ["eth1", "eth0", "[eth0, eth1]", "[eth1, eth0]", "[eth0, eth1]"] {
      let profiles = try mirror(Self.selections[0], "output_port: \(output)", output == "eth1" ? "snaplen: 64" : shape)
      try result.apply(profiles)
      for _ in 0..<5 { #expect(try result.rest(profiles).isEmpty, "\(output)") }
    }
    let moved = result.plan.steps.filter { step in
      if case .change(_, .action(let action)) = step { action.key.kind == .mirred } else { false }
    }
    #expect(moved.isEmpty, "the order of outputs means nothing: \(moved.map(\.summary))")
  }

  @Test("S35: at each port one filter takes the place of another, whatever is done to copies", arguments: selections)
  func inPlace(selection: String) throws {
    for output in Self.outputs.prefix(1) + Self.outputs.suffix(2) {
      var result = try Convergence(try mirror(selection, output), on: host())
      for shape in Self.shapes.dropFirst() + [""] {
        try result.apply(try mirror(selection, output, shape))
        let steps = result.plan.steps.filter { step in
          switch step {
          case .add(.filter(let filter)), .remove(.filter(let filter)):
            ["tap1", "tap2", "tap3", "br0"].contains(filter.key.point.device)
          default: false
          }
        }
        #expect(steps.isEmpty, "\(output) \(shape): \(steps.map(\.summary))")
      }
    }
  }

  @Test("S32: switched off it counts no more, and begins anew")
  func disabled() throws {
    var result = try Convergence(try mirror("select_src_port: tap1", "output_port: eth1"), on: host())
    try result.apply(try mirror("select_src_port: tap1", "output_port: eth1", "snaplen: 64"))
    #expect(!counters(result.held).isEmpty)
    try result.apply(try mirror("select_src_port: tap1", "output_port: eth1", "enabled: false"))
    #expect(counters(result.held).isEmpty)
  }
}
