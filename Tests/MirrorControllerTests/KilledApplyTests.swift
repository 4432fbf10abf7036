import MirrorController
import MirrorModel
import TestSupport
import Testing
import TrafficControl

@Suite("S38: a command that is killed leaves records that can be read")
struct KilledApplyTests {
  static let short = "{name: span, bridge: br0, select_src_port: tap1, output_port: eth1}"
  /// Changes of what a profile says: to as much, more and less text, to other mirrors, and to nothing.
  static let transitions: [(before: [String], after: [String])] = [
    ([short], [short.replacing("tap1", with: "tap2").replacing("eth1", with: "eth0")]),
    ([short], [Lab.span, Lab.remote]),
    ([Lab.span, Lab.remote, Lab.tunnel], [short, Lab.tunnel]),
    ([], [Lab.span, Lab.remote]),
    ([Lab.span, Lab.remote], []),
    ([Lab.span(.tcx)], [Lab.span(.tcx).replacing("tap1,", with: "tap2,"), Lab.remote]),
    ([Lab.span], [Lab.span(.tcx)]),
    ([Lab.span(.tcx), Lab.tunnel], [Lab.span, Lab.tunnel]),
    ([Lab.span(.tcx), Lab.tunnel], [Lab.span(.clsact), Lab.tunnel]),
  ]

  private func profile(_ mirrors: [String]) throws -> Profile {
    var profile = try Lab.profile()
    for mirror in mirrors { profile.mirrors += try Lab.profile(mirror).mirrors }
    return profile
  }

  private func mirrors(in lab: Lab) throws -> [String: PortMirror] {
    let mirrors = try lab.controller.observe().profiles.flatMap(\.mirrors)
    return Dictionary(mirrors.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Carries a change out as far as some number of steps.
  ///
  /// - Returns: what is wrong with the records then.
  private func cut(_ lab: Lab, _ wanted: Profile, after count: Int) throws -> [String] {
    let old = try mirrors(in: lab)
    let new = Dictionary(wanted.mirrors.map { ($0.name, $0) }) { first, _ in first }
    let steps = try lab.controller.propose(.apply([wanted])).plan.steps
    let execution = lab.kernel.perform(Array(steps.prefix(count))) { false }
    var flaws = execution.failure.map { ["\($0)"] } ?? []
    let observation = try lab.controller.observe()
    if !observation.damaged.isEmpty { flaws.append("damaged: \(observation.damaged.keys.sorted())") }
    for (name, mirror) in try mirrors(in: lab) where mirror != old[name] && mirror != new[name] {
      flaws.append("\(name) is neither old nor new: \(mirror)")
    }
    for name in old.keys where new[name] != nil {
      if try mirrors(in: lab)[name] == nil { flaws.append("\(name) is gone") }
    }
    return flaws.map { "after \(count) of \(steps.count) steps: \($0)" }
  }

  @Test(
    "Whatever the step, each mirror is the old or the new one, and the next command goes on", arguments: transitions)
  func everyStep(before: [String], after: [String]) throws {
    let start = { () throws -> Lab in
      let lab = Lab()
      _ = try lab.controller.apply(.apply([try self.profile(before)]))
      return lab
    }
    let wanted = try profile(after)
    let whole = try start()
    let count = try whole.controller.apply(.apply([wanted])).plan.steps.count
    #expect(count > 5)
    for number in 0...count {
      let others = number % 4 == 0 ? [Change.none, .clear] : []
      for change in [.apply([wanted])] + others {
        let lab = try start()
        #expect(try cut(lab, wanted, after: number) == [])
        #expect(throws: Never.self, "after \(number) steps") { _ = try lab.controller.apply(change) }
        #expect(try lab.controller.propose(.none).plan.isEmpty)
        switch change {
        case .apply: #expect(lab.picture.difference(from: whole.picture) == [], "after \(number) steps")
        case .clear: #expect(lab.picture == Lab().picture, "after \(number) steps")
        default: break
        }
      }
    }
  }

  @Test("Also when one is killed after the other")
  func chains() {
    let run = FuzzRun("kills", rounds: 30)
    let failures = run.failures { generator in
      let lab = Lab()
      for _ in 0..<6 {
        let mirrors = [generator.happens(oneIn: 2) ? Lab.span : Self.short] + KeptFiles.mirrors.dropFirst()
        let wanted = try profile(generator.subset(of: mirrors))
        let steps = try lab.controller.propose(.apply([wanted])).plan.steps.count
        let flaws = try cut(lab, wanted, after: generator.number(below: steps + 1))
        if !flaws.isEmpty { return flaws.joined(separator: "\n") }
      }
      let last = try profile([Lab.span, Lab.remote])
      _ = try lab.controller.apply(.apply([last]))
      let whole = Lab()
      _ = try whole.controller.apply(.apply([last]))
      let difference = lab.picture.difference(from: whole.picture)
      return difference.isEmpty ? nil : difference.joined(separator: "\n")
    }
    #expect(failures == [])
  }
}
