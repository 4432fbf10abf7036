import Testing
import TrafficControl

@testable import Netlink

/// How qdiscs of ours are removed, by requests that stand for the filters at their hooks as well.
@Suite(.enabled(if: ScratchNamespace.isPossible, "network namespaces need root"))
struct QdiscRemovalTests {
  private static let ports = ["sp0", "sp1", "sp2"]

  private static let wanted: KernelState = {
    let mirror = Sample.mirror()
    let filters = ports.flatMap { port in
      Hook.allCases.map { hook in
        Sample.filter(.bpf(.matchAll), [mirror], at: hook, on: port, preference: hook == .ingress ? 100 : 101)
      }
    }
    return Sample.state([mirror], filters, qdiscs: Set(ports))
  }()

  /// Runs the body with ports that are mirrored.
  private func lab(_ body: (LinuxKernel) throws -> Void) throws {
    try ScratchNamespace.run {
      for name in Self.ports + ["out0"] { try shell("ip link add \(name) type veth peer name \(name)x") }
      let kernel = try LinuxKernel()
      let missing = Set([.clsact, .bpf, .mirred]).subtracting(try kernel.features(among: [.clsact, .bpf, .mirred]))
      guard missing.isEmpty else {
        try Test.cancel("this kernel lacks \(missing.sorted().map(\.kernelOption))")
      }
      try kernel.converge(to: Self.wanted)
      try body(kernel)
    }
  }

  /// Does something between the look and the removal of everything.
  private func clear(_ kernel: LinuxKernel, after intrusion: String) throws -> Execution {
    let plan = Plan.difference(from: try kernel.snapshot().own, to: KernelState())
    try shell(intrusion)
    let execution = kernel.perform(plan.steps, names: .ofLastLook) { false }
    let own = try kernel.snapshot().own
    #expect(execution.done.allSatisfy { own.holds(outcomeOf: $0) })
    return execution
  }

  @Test func itsFiltersTakeNoRequestsOfTheirOwn() throws {
    try lab { kernel in
      let steps = Plan.difference(from: try kernel.snapshot().own, to: KernelState()).steps.filter { $0.device != nil }
      let first = kernel.socket.takeSequence()
      let execution = kernel.perform(steps, names: .ofLastLook) { false }
      let questions = 1 + Hook.allCases.count
      #expect(kernel.socket.takeSequence() - first - 1 == UInt32((questions + 1) * Self.ports.count))
      #expect(execution.failure == nil)
      #expect(execution.done == steps)
      #expect(execution.isShown)
      try kernel.expect(Sample.state([Sample.mirror()], qdiscs: []))
    }
  }

  @Test func someoneElsesQdiscInItsPlaceStays() throws {
    try lab { kernel in
      let execution = try clear(
        kernel,
        after: """
          tc qdisc del dev sp1 clsact; tc qdisc add dev sp1 clsact
          tc filter add dev sp1 egress pref 7 bpf bytecode '1,6 0 0 0'
          """)
      #expect(execution.failure?.cause == .notFound)
      #expect(execution.failure?.request.hasPrefix("tc filter del dev sp1") ?? false)
      #expect(Set(execution.done.compactMap(\.device)) == ["sp2"], "those before it")
      #expect(execution.done.count == 3)
      #expect(try shell("tc filter show dev sp1 egress").contains("pref 7 bpf"))
    }
  }

  @Test func withoutItsQdiscAnInterfaceIsNamed() throws {
    try lab { kernel in
      let execution = try clear(kernel, after: "tc qdisc del dev sp1 clsact")
      #expect(execution.failure?.cause == .notFound)
      #expect(execution.failure?.request.hasPrefix("tc filter del dev sp1") ?? false)
    }
  }

  @Test func anInterfaceThatHasGoneIsNamed() throws {
    try lab { kernel in
      let execution = try clear(kernel, after: "ip link del sp1")
      #expect(execution.failure?.cause == .notFound)
      #expect(execution.failure?.text == "the interface sp1 does not exist any more")
      #expect(Set(execution.done.compactMap(\.device)) == ["sp2"], "those before it")
    }
  }

  @Test func withoutItsMarkAQdiscStays() throws {
    try lab { kernel in
      let execution = try clear(kernel, after: "tc chain del dev sp1 ingress chain \(KernelState.chainMark)")
      #expect(execution.failure == nil)
      #expect(execution.done.count == 3 * Self.ports.count, "all but the qdisc")
      #expect(!execution.isShown)
      #expect(try shell("tc qdisc show").split(separator: "\n").count { $0.contains("clsact") } == 1)
      #expect(try shell("tc filter show dev sp1 ingress; tc filter show dev sp1 egress").isEmpty)
    }
  }

  @Test(arguments: ["ingress pref 7", "egress pref 7", "ingress pref 7 chain 5"])
  func aQdiscThatOthersHaveComeToUseStays(place: String) throws {
    try lab { kernel in
      let execution = try clear(kernel, after: "tc filter add dev sp1 \(place) bpf bytecode '1,6 0 0 0'")
      #expect(execution.failure == nil)
      #expect(execution.done.count == 3 * Self.ports.count, "all but the qdisc")
      #expect(!execution.isShown)
      let filters = try shell("tc filter show dev sp1 ingress; tc filter show dev sp1 egress")
      #expect(filters.contains("pref 7 bpf"))
      #expect(!filters.contains("pref 10"), "ours are gone: \(filters)")
      let own = try kernel.snapshot().own
      #expect(own.qdiscs == ["sp1"])
      #expect(own.filters.isEmpty)
    }
  }

  @Test func aQdiscWithoutFiltersOfOursStaysForThoseOfOthers() throws {
    try lab { kernel in
      let mirror = Sample.mirror()
      try kernel.converge(to: Sample.state([mirror], qdiscs: ["sp1"]))
      let execution = try clear(kernel, after: "tc filter add dev sp1 egress pref 7 bpf bytecode '1,6 0 0 0'")
      #expect(execution.failure == nil)
      #expect(try shell("tc filter show dev sp1 egress").contains("pref 7 bpf"))
    }
  }

  @Test func anInterruptStopsBeforeTheRequest() throws {
    try lab { kernel in
      let plan = Plan.difference(from: try kernel.snapshot().own, to: KernelState())
      let execution = kernel.perform(plan.steps) { true }
      #expect(execution.done.isEmpty)
      #expect(execution.failure?.cause == .interrupted)
      try kernel.expect(Self.wanted)
    }
  }
}

@Suite struct PlanSectionTests {
  private func filter(_ device: String, _ hook: Hook = .ingress) -> Step {
    .remove(.filter(Sample.filter(.bpf(.matchAll), [], at: hook, on: device)))
  }

  private func sections(_ steps: [Step]) -> [[Step]] {
    PlanSection.split(steps).map { section in
      switch section {
      case .qdiscRemoval(let steps), .others(let steps): Array(steps)
      }
    }
  }

  @Test func onlyAllFiltersWithTheirQdiscGoTogether() {
    let (a, b) = (Step.remove(.qdisc(device: "a")), Step.remove(.qdisc(device: "b")))
    let action = Step.remove(.action(Sample.mirror()))
    #expect(sections([]) == [])
    #expect(sections([action]) == [[action]])
    #expect(sections([b, a]) == [[b], [a]])
    #expect(
      sections([filter("b"), filter("b", .egress), b, filter("a"), a]) == [
        [filter("b"), filter("b", .egress), b], [filter("a"), a],
      ])
    #expect(
      sections([filter("a"), b, filter("c"), filter("b"), b, action]) == [
        [filter("a")], [b], [filter("c")], [filter("b"), b], [action],
      ])
    #expect(sections([filter("a"), action, a]) == [[filter("a"), action], [a]])
  }
}
