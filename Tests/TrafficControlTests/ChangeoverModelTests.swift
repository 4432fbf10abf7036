import Testing
import TrafficControl

/// Every frame at a hook, whenever it gets to the programs and to the filters, while mirrors change from one to the other.
@Suite("Planner: copies while filters and programs change over")
struct ChangeoverModelTests {
  /// What makes the copies of a mirror.
  enum Way: CaseIterable { case nothing, filter, program }

  private static let point = HookPoint("p0", .ingress)

  private static func state(_ ways: [Way]) -> KernelState {
    var state = KernelState()
    state.qdiscs = ["p0"]
    var sections: [CopyProgram.Section] = []
    for (mirror, way) in ways.enumerated() {
      let action = Action(
        index: 0x5000_0000 | UInt32(mirror), cookie: Cookie(.object(.counterWithHeader, owner: UInt64(mirror))),
        operation: .mirred(Mirred(.mirror, to: "p3")), control: .continue)
      state.insert(action)
      switch way {
      case .nothing: break
      case .filter:
        state.insert(
          Filter(
            key: FilterKey(point, preference: 512 + UInt16(mirror), handle: 1), classifier: .bpf(.matchAll),
            actions: [action.key]))
      case .program:
        sections.append(.init(slot: UInt16(mirror), decisions: [.init(match: FlowerMatch(), device: "d\(mirror)")]))
      }
    }
    if !sections.isEmpty { state.insert(CopyProgram(point, sections: sections)) }
    return state
  }

  private static func index(_ device: String) -> UInt32? { UInt32(device.dropFirst()) }

  /// A state, and of each guard and each program that marks which plan has put it there.
  private struct Moment {
    var state: KernelState
    var guards: [FilterKey: Int] = [:]
    var mark: Int?
    /// Whether a program has come or gone: then no frame is left that programs have seen to before.
    var hasWaited = false

    func after(_ step: Step, ofPlan plan: Int) -> Moment {
      var next = self
      next.hasWaited = false
      next.state.perform(step)
      switch step {
      case .add(.filter(let filter)), .change(_, .filter(let filter)): next.guards[filter.key] = plan
      case .add(.program(let program)), .change(_, .program(let program)):
        next.mark = program.isMarking ? plan : nil
        next.hasWaited = true
      case .remove(.program):
        next.mark = nil
        next.hasWaited = true
      default: break
      }
      return next
    }

    /// As a look shows it to somebody who knows the programs of another state.
    func shown(to other: KernelState) -> KernelState {
      var shown = state
      for (point, program) in state.programs {
        let hash = program.hash(index)
        shown.insert(CopyProgram(point, .unknown(hash: hash), isMarking: program.isMarking))
      }
      shown.recognizePrograms(among: [other], index)
      return shown
    }
  }

  private static func moments(_ steps: [Step], from start: Moment, plan: Int) -> [Moment] {
    steps.reduce(into: [start]) { $0.append($0[$0.count - 1].after($1, ofPlan: plan)) }
  }

  /// The copies that each mirror gets of a frame that passes programs at one moment and filters at another.
  private static func copies(_ early: Moment, _ late: Moment, mirrors: Int) -> [Int] {
    var copies = [Int](repeating: 0, count: mirrors)
    for section in early.state.programs[point]?.sections ?? [] { copies[Int(section.slot)] += 1 }
    for filter in late.state.filters.values {
      if case .guarded(_, let condition) = filter.classifier {
        let isMarked = early.mark != nil && early.mark == late.guards[filter.key]
        if isMarked != (condition == .marked) { continue }
      }
      for action in filter.actions { copies[Int(action.index & 0xff)] += 1 }
    }
    return copies
  }

  /// Looks at each frame: it sees filters later than programs, but not after the next change of programs is through.
  private static func expect(_ ways: (old: [Way], new: [Way]), _ moments: [Moment], _ name: String) {
    for early in moments.indices {
      let waits = moments[(early + 1)...].firstIndex(where: \.hasWaited)
      for late in early...(waits ?? moments.count - 1) {
        let copies = copies(moments[early], moments[late], mirrors: ways.old.count)
        for (mirror, count) in copies.enumerated() {
          let isSure = ways.old[mirror] != .nothing && ways.new[mirror] != .nothing
          if isSure ? count == 1 : count < 2 { continue }
          Issue.record("\(name): \(ways), mirror \(mirror): \(count) copies, programs \(early), filters \(late)")
          return
        }
      }
    }
  }

  private static let choices = Way.allCases.flatMap { first in
    Way.allCases.flatMap { second in Way.allCases.map { [first, second, $0] } }
  }

  @Test("S35: each frame is copied once, at every moment, also when the change is undone or killed", arguments: choices)
  func everyFrame(old: [Way]) {
    let first = Self.state(old)
    for new in Self.choices {
      let last = Self.state(new)
      let steps = Plan.difference(from: first, to: last).steps
      for count in 0...steps.count {
        let made = Array(steps.prefix(count))
        let begun = Self.moments(made, from: Moment(state: first), plan: 1)
        let present = begun[begun.count - 1]
        let ends = [
          ("undone", Plan.undoing(made, from: first), first),
          ("killed, taken back", Plan.difference(from: present.shown(to: first), to: first), first),
          ("killed, carried on", Plan.difference(from: present.shown(to: last), to: last), last),
        ]
        for (name, plan, target) in ends {
          let all = begun + Self.moments(plan.steps, from: present, plan: 2).dropFirst()
          Self.expect((old, new), all, "\(name) after \(count) of \(steps.count) steps")
          #expect(all[all.count - 1].state == target)
        }
      }
    }
  }
}
