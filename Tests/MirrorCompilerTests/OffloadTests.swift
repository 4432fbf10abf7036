import MirrorCompiler
import MirrorModel
import TestSupport
import Testing
import TrafficControl

@Suite("Hardware offload")
struct OffloadTests {
  private let host = Hosts.bridge(["tap1", "tap2", "tap3", "tap4"])

  private func desired(_ mirrors: String..., on host: HostSnapshot? = nil) throws -> KernelState {
    let profile = try ProfileText.profile(mirrors.joined(separator: ", "))
    return try MirrorCompiler([profile], on: host ?? self.host, expressions: ["tcp": Self.program]).compile().desired
  }

  private static let program = BPFProgram([.init(0x28, 0, 0, 12), .init(0x15, 0, 1, 0x0800), .init(6, 0, 0, .max)])

  /// Those of the hooks of ports, by what they bind.
  private func hooks(_ state: KernelState) -> [Filter] {
    let owned = Set(state.devices.values.flatMap(\.interfaces))
    return state.filters.values.filter { !owned.contains($0.key.point.device) && !$0.actions.isEmpty }
      .sorted { $0.key < $1.key }
  }

  private func expectMatchingActions(_ state: KernelState) {
    for filter in state.filters.values {
      #expect(filter.actions.allSatisfy { state.actions[$0]?.offload == filter.offloadOfActions })
    }
  }

  @Test(
    "The filters of selected ports, and the actions that they bind, have the policy of their mirror",
    arguments: OffloadPolicy.allCases)
  func policies(policy: OffloadPolicy) throws {
    let state = try desired(
      "{name: m, bridge: br0, select_src_port: [tap1, tap2], offload: \(policy.rawValue), output_port: tap3}")
    #expect(hooks(state).map(\.offload) == [policy, policy])
    expectMatchingActions(state)
    let bound = Set(state.filters.values.flatMap(\.actions))
    #expect(state.actions.values.filter { !bound.contains($0.key) }.allSatisfy { $0.offload == .auto }, "records")
    let drops = state.filters.values.filter { $0.actions.isEmpty }
    #expect(drops.map(\.offload) == [.auto], "what reserves the output is not the mirror's own")
  }

  @Test("S10: mirrors with one destination have filters with policies of their own")
  func oneDestination() throws {
    let state = try desired(
      "{name: a, bridge: br0, select_src_port: tap1, offload: off, output_port: eth0}",
      "{name: b, bridge: br0, select_src_port: tap2, output_port: eth0}")
    #expect(hooks(state).map(\.offload) == [.off, .auto])
    #expect(hooks(state).map(\.key.point.device) == ["tap1", "tap2"])
    expectMatchingActions(state)
  }

  @Test("What is passed over where frames leave has the policy too")
  func flower() throws {
    let state = try desired(
      "{name: m, bridge: br0, select_src_port: tap1, select_dst_port: tap2, offload: off, output_port: eth0}")
    #expect(hooks(state).contains { if case .flower = $0.classifier { true } else { false } })
    #expect(hooks(state).allSatisfy { $0.offload == .off })
    expectMatchingActions(state)
  }

  @Test("Stages are not for hardware")
  func stages() throws {
    let state = try desired(
      "{name: m, bridge: br0, select_src_port: tap1, offload: off, output_vlan: {id: 5, ports: tap2}}")
    let owned = Set(state.devices.values.flatMap(\.interfaces))
    let staged = state.filters.values.filter { owned.contains($0.key.point.device) }
    #expect(!staged.isEmpty && staged.allSatisfy { $0.offload == .auto })
    #expect(hooks(state).map(\.offload) == [.off])
    expectMatchingActions(state)
  }

  @Test("An action that a program binds is bound by programs only, which tell the kernel no policy")
  func programs() throws {
    // What a copies at tap1, b must not: so b needs a program there, and everything at tap2.
    let state = try desired(
      "{name: a, select_src_port: tap1, filter: tcp, offload: off, output_port: eth0}",
      "{name: b, select_src_port: [tap1, tap2], offload: off, output_port: eth0}")
    #expect(hooks(state).map(\.classifier.kind) == ["bpf", "bpf", "bpf"])
    #expect(hooks(state).last?.classifier == .bpf(.matchAll))
    #expect(hooks(state).allSatisfy { $0.offload == .off })
    expectMatchingActions(state)
  }

  @Test(
    "Where copies take a device of the kernel's own, requiring hardware is refused with the reason",
    arguments: [
      ("output_vlan: {id: 5, ports: tap2}", "output_vlan changes the tag"),
      ("output_tunnel: {type: gretap, remote: 2001:db8::1, local: 2001:db8::2}", "IPv6 tunnel"),
    ])
  func refused(output: String, reason: String) throws {
    for selection in ["select_src_port: tap1", "select_src_port: nobody"] {
      try expectRefusal("{name: m, bridge: br0, \(selection), offload: require, \(output)}", reason, on: host)
    }
  }

  @Test("A view that has to be put into the copies is refused where hardware is required, one that has not is not")
  func view() throws {
    var host = Hosts.bridge(awareness: .aware)
    Hosts.setVLANs("tap1", pvid: 10, untagged: [10], in: &host)
    let mirror = "{name: m, bridge: br0, select_src_port: tap1, offload: require, view: switch, output_port: eth0}"
    try expectRefusal(mirror, "sorted out or changed", on: host)
    Hosts.setVLANs("tap1", tagged: [10], in: &host)
    #expect(hooks(try desired(mirror, on: host)).map(\.offload) == [.require])
  }

  private func expectRefusal(_ mirror: String, _ reason: String, on host: HostSnapshot) throws {
    do {
      _ = try desired(mirror, on: host)
      Issue.record("compiled: \(mirror)")
    } catch let error as CompilationError {
      #expect(error.findings.map(\.kind) == [.refused])
      let text = error.findings.map(\.description).joined()
      #expect(text.contains("mirror m") && text.contains(reason) && text.contains("use 'offload: auto'"), "\(text)")
    }
  }

  @Test("S34: any policy is reached from any other, and then nothing is left to do", arguments: OffloadPolicy.allCases)
  func changes(to policy: OffloadPolicy) throws {
    func profile(_ policy: OffloadPolicy) throws -> Profile {
      try ProfileText.profile(
        "{name: m, bridge: br0, select_src_port: tap1, select_dst_port: tap2, offload: \(policy.rawValue), output_port: eth0}",
        "{name: other, select_src_port: tap4, output_port: eth0}")
    }
    for former in OffloadPolicy.allCases where former != .require || policy != .require {
      var result = try Convergence([], on: host)
      result.kernel.hardware = ["tap1", "tap2"]
      try result.apply([profile(former)])
      let other = result.held.filters.values.first { $0.key.point.device == "tap4" }
      try result.apply([profile(policy)])
      #expect(hooks(result.held).filter { $0 != other }.allSatisfy { $0.offload == policy })
      #expect(try result.rest([profile(policy)]).isEmpty)
      let touched = result.plan.steps.filter { step in other.map { step == .remove(.filter($0)) } ?? true }
      #expect(touched.isEmpty, "another mirror's filter stays")
    }
  }
}
