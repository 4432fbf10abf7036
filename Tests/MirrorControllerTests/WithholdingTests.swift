import MirrorCompiler
import MirrorModel
import TestSupport
import Testing
import TrafficControl

@testable import MirrorController

@Suite("Mirrors that are left alone while others change")
struct WithholdingTests {
  /// What of a state is some slots'.
  private func share(_ slots: Set<UInt16>, of state: KernelState) -> Set<KernelObject> {
    let objects = state.actions.values.map(KernelObject.action) + state.filters.values.map(KernelObject.filter)
    let programs = state.programs.values.map { program in
      KernelObject.program(
        CopyProgram(program.point, sections: program.sections.filter { slots.contains($0.slot) }))
    }
    return Set((objects + programs).filter { !$0.slots.isDisjoint(with: slots) })
  }

  @Test("keep exactly what they have, and the kernel takes the rest")
  func properties() {
    let run = FuzzRun("withholding", rounds: 70)
    let failures = run.failures { generator in
      let lab = Lab()
      var holds = Holds()
      _ = lab.controller.reconcile(try KeptFiles.random(using: &generator), &holds, now: .zero)
      if generator.happens(oneIn: 2) {
        for key in lab.kernel.host.own.filters.keys.sorted() where generator.happens(oneIn: 8) {
          lab.kernel.host.own.filters[key] = nil
        }
      }
      let files = try KeptFiles.random(using: &generator)
      let compilation = try lab.controller.propose(only: files.compactMap(\.profile)).compilation
      let known = Set(compilation.current.actions.keys.compactMap { ActionIndex.slot(of: $0.index) })
      let held = Set(generator.subset(of: known.union(compilation.slots.values).sorted()))
      let target = compilation.desired.withholding(held, from: compilation.current)
      if held.isEmpty, target != compilation.desired { return "withholding nothing changes something" }
      let before = share(held, of: compilation.current)
      if share(held, of: target) != before { return "withheld mirrors change" }
      let plan = Plan.difference(from: compilation.current, to: target)
      if let failure = lab.kernel.perform(plan.steps, isInterrupted: { false }).failure { return "\(failure)" }
      if !lab.picture.flaws.isEmpty { return lab.picture.flaws.joined(separator: "\n") }
      if share(held, of: lab.kernel.host.own) != before { return "withheld mirrors have changed" }
      let others = Set(compilation.slots.values).subtracting(held)
      if share(others, of: lab.kernel.host.own) != share(others, of: compilation.desired) {
        return "others are not right"
      }
      return nil
    }
    #expect(failures == [])
  }

  @Test("A qdisc of ours that filters of other tools need stays, and no other without filters")
  func sharedQdiscs() {
    var (current, desired) = (KernelState(), KernelState())
    current.qdiscs = ["tap1", "tap2"]
    desired.qdiscs = ["tap1", "tap3"]
    #expect(desired.withholding([1], from: current).qdiscs == ["tap1"])
  }
}

extension MirrorController {
  /// What it takes to have these profiles and no others.
  fileprivate func propose(only profiles: [Profile]) throws(ApplyError) -> Proposal {
    var observation = try observe()
    return Proposal(observation, try compile(profiles, on: &observation, .strict))
  }
}
