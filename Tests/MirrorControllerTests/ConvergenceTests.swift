import MirrorCompiler
import MirrorController
import TestSupport
import Testing
import TrafficControl

@Suite("Whatever the kernel holds, it comes to what the files want")
struct ConvergenceTests {
  /// Somebody else's filters, which stay out of our way and we out of theirs.
  private func addForeign(to kernel: FakeKernel, _ generator: inout SeededGenerator) {
    for device in generator.subset(of: ["tap1", "tap2", "tap3", "eth0", "eth1"]) {
      kernel.host.interfaces[device]?.classifierQdisc = .clsact
      let hook: Hook = generator.happens(oneIn: 2) ? .ingress : .egress
      let preferences = generator.subset(of: [UInt16(1), 512, 513, 600, 49152, 65535])
      kernel.host.foreignFilters[HookPoint(device, hook)] = preferences.map {
        ForeignFilter(preference: $0, kind: "u32", verdict: generator.happens(oneIn: 3) ? .ends : .continues)
      }
    }
    if generator.happens(oneIn: 2) {
      kernel.host.foreignActions = Set(
        generator.subset(of: [UInt32(0x5000_0000), 0x5000_1001, 0x5000_2000]).map {
          ActionKey(.gact, $0)
        })
    }
  }

  /// Takes away and alters some of what is ours, in ways that others' commands could.
  private func damage(_ kernel: FakeKernel, _ generator: inout SeededGenerator) {
    let oneIn = UInt64(1 + generator.number(below: 6))
    for key in kernel.host.own.filters.keys.sorted() where generator.happens(oneIn: oneIn) {
      kernel.host.own.filters[key] = nil
    }
    for name in kernel.host.own.devices.keys.sorted() where generator.happens(oneIn: 2 * oneIn) {
      for part in kernel.host.own.devices[name]?.interfaces ?? [] { kernel.removeInterface(part) }
    }
    let bound = Set(kernel.host.own.filters.values.flatMap(\.actions))
    let machinery = kernel.host.own.actions.filter { key, action in
      if case .object = action.cookie.content { !bound.contains(key) } else { false }
    }
    for key in machinery.keys.sorted() where generator.happens(oneIn: oneIn) { kernel.host.own.actions[key] = nil }
    for port in ["tap1", "tap2", "tap3"] where kernel.host.interfaces[port]?.bridgePort?.flags == .reserved {
      if generator.happens(oneIn: 2 * oneIn) { kernel.host.interfaces[port]?.bridgePort?.flags.insert(.learning) }
    }
    // Without its record nothing tells how a reserved port was before.
    let expendable = kernel.host.own.actions.filter { key, action in
      if case .reservation = action.cookie.content { false } else { true }
    }
    guard generator.happens(oneIn: 3), let key = expendable.keys.sorted().randomElement(using: &generator)
    else { return }
    if !bound.contains(key) { kernel.host.own.actions[key] = nil }
  }

  @Test("From any part of any former state, beside what others have")
  func anyState() {
    let run = FuzzRun("convergence", rounds: 40)
    var damaged = 0
    let failures = run.failures { generator in
      let seed = generator.next()
      var surroundings = SeededGenerator(seed: seed)
      let lab = Lab()
      addForeign(to: lab.kernel, &surroundings)
      for _ in 0...generator.number(below: 3) {
        var holds = Holds()
        _ = lab.controller.reconcile(try KeptFiles.random(using: &generator), &holds, now: .zero)
      }
      damage(lab.kernel, &generator)
      let flaws = Set(lab.picture.flaws)
      let files = try KeptFiles.random(using: &generator)
      var holds = Holds()
      lab.kernel.log = []
      let result = lab.controller.reconcile(files, &holds, now: .zero)
      guard result.damaged.isEmpty else {
        damaged += 1
        // What cannot be read is left as the damage left it.
        let new = Set(lab.picture.flaws).subtracting(flaws)
        return new.isEmpty ? nil : "\(new)"
      }
      guard result.isComplete(holds) else { return "\(result.failure as Any) \(result.rejected) \(holds.all)" }

      let whole = Lab()
      surroundings = SeededGenerator(seed: seed)
      addForeign(to: whole.kernel, &surroundings)
      _ = whole.controller.reconcile(files, &holds, now: .zero)
      let difference = lab.picture.withoutIdleCounters.difference(from: whole.picture.withoutIdleCounters)
      if !difference.isEmpty { return difference.joined(separator: "\n") }
      let again = lab.controller.reconcile(files, &holds, now: .zero)
      return again.steps.isEmpty ? nil : "a second look finds \(again.steps.map(\.summary))"
    }
    #expect(failures == [])
    #expect(damaged < 30)
  }

  @Test("Many looks, each of which finds something to put right, leave nothing behind in memory")
  func leaks() throws {
    let lab = Lab()
    let files = [try KeptFiles.file("a", ["{name: m, select_src_port: eth0, output_port: eth1}"])]
    var holds = Holds()
    _ = lab.controller.reconcile(files, &holds, now: .zero)
    let filter = try #require(lab.picture.own.filters.values.first)
    var repairs = 0
    let rounds = 1_000
    let growth = HeapUse.growth(warmUp: 200, rounds: rounds) { round in
      lab.kernel.host.own.filters[filter.key] = nil
      // Every tenth meets a fault on its way.
      lab.kernel.failingRequests = round % 10 == 0 ? [0] : []
      let result = lab.controller.reconcile(files, &holds, now: .seconds(100 * round))
      repairs += result.steps.count
      lab.kernel.log = []
    }
    #expect(repairs >= rounds * 9 / 10)
    #expect(growth < 65_536, "\(growth) bytes")
  }
}
