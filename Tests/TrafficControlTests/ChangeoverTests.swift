import NetworkTypes
import Testing
import TrafficControl

@Suite("Planner: from filters to a program and back")
struct ChangeoverTests {
  private static let point = HookPoint("p0", .ingress)
  private static let copy = Action(
    index: 0x5000_0010, cookie: Cookie(.object(.counterWithHeader, owner: 1)),
    operation: .mirred(Mirred(.mirror, to: "p3")), control: .continue)
  private static let program = CopyProgram(
    point, sections: [.init(slot: 0, decisions: [.init(match: FlowerMatch(), device: "d0")])])
  private static let nothing = CopyProgram(point, sections: [])

  private func filter(_ classifier: Classifier, preference: UInt16 = 512, handle: UInt32 = 1) -> Filter {
    Filter(
      key: FilterKey(Self.point, preference: preference, handle: handle), classifier: classifier,
      actions: [Self.copy.key])
  }

  private func state(_ program: CopyProgram?, _ filters: Filter...) -> KernelState {
    var state = KernelState()
    state.insert(Self.copy)
    state.qdiscs = ["p0"]
    if let program { state.insert(program) }
    for filter in filters { state.insert(filter) }
    return state
  }

  private func expect(
    _ old: KernelState, to new: KernelState, _ steps: [Step], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(Plan.difference(from: old, to: new).steps == steps, sourceLocation: sourceLocation)
  }

  @Test("S35: filters that go leave marked frames to the program, which marks frames as long as they are there")
  func toProgram() {
    let (plain, guarded) = (filter(.bpf(.matchAll)), filter(.guarded(.matchAll, .unmarked)))
    for former in [plain, guarded] {
      expect(
        state(nil, former), to: state(Self.program),
        [
          .change(from: .filter(former), to: .filter(guarded)), .add(.program(Self.program.marking)),
          .remove(.filter(guarded)), .change(from: .program(Self.program.marking), to: .program(Self.program)),
        ])
    }
  }

  @Test(
    "S35: filters that come see to marked frames only, as long as a former program may have seen the others",
    arguments: [program, CopyProgram(point, .unknown(hash: 4)), CopyProgram(point, .unknown(hash: nil))])
  func toFilters(former: CopyProgram) {
    let (plain, guarded) = (filter(.bpf(.matchAll)), filter(.guarded(.matchAll, .marked)))
    let mark = Self.nothing.marking
    let rest: [Step] = [
      .change(from: .program(former), to: .program(mark)), .change(from: .filter(guarded), to: .filter(plain)),
      .remove(.program(mark)),
    ]
    expect(state(former), to: state(nil, plain), [.add(.filter(guarded))] + rest)
    expect(
      state(former, guarded), to: state(nil, plain),
      [.change(from: .filter(guarded), to: .filter(guarded))] + rest)
  }

  @Test("What a killed change has left at its second half is ended, without a new mark")
  func secondHalf() {
    let plain = filter(.bpf(.matchAll))
    let (going, coming) = (filter(.guarded(.matchAll, .unmarked)), filter(.guarded(.matchAll, .marked)))
    for mark in [Self.program.marking, CopyProgram(Self.point, .unknown(hash: nil), isMarking: true)] {
      expect(
        state(mark, going), to: state(Self.program),
        [.remove(.filter(going)), .change(from: .program(mark), to: .program(Self.program))])
      expect(
        state(mark, coming), to: state(nil, plain),
        [.change(from: .filter(coming), to: .filter(plain)), .remove(.program(mark))])
    }
  }

  @Test("Neither is guarded where only one of both changes, or the kernel could not do it in place")
  func unguarded() {
    let plain = filter(.bpf(.matchAll))
    expect(state(Self.program), to: state(Self.program, plain), [.add(.filter(plain))])
    expect(state(Self.program, plain), to: state(nil, plain), [.remove(.program(Self.program))])
    expect(
      state(Self.program, plain), to: state(nil), [.remove(.program(Self.program)), .remove(.filter(plain))])
    expect(state(nil), to: state(Self.program, plain), [.add(.program(Self.program)), .add(.filter(plain))])
    let untranslated = filter(.bpf(BPFProgram([.init(0x20, 0, 0, 0xffff_f008), .init(0x16, 0, 0, 0)])))
    for other in [filter(.matchall), filter(.flower(FlowerMatch(inputDevice: "p1"))), untranslated] {
      expect(state(nil, other), to: state(Self.program), [.add(.program(Self.program)), .remove(.filter(other))])
      expect(state(Self.program), to: state(nil, other), [.add(.filter(other)), .remove(.program(Self.program))])
    }
    // The place is taken until the other one goes.
    let flower = filter(.flower(FlowerMatch()), handle: 2)
    expect(
      state(Self.program, flower), to: state(nil, plain),
      [.remove(.filter(flower)), .add(.filter(plain)), .remove(.program(Self.program))])
  }

  @Test("The words of a plan, and a script, in which what no tool does is a comment")
  func words() {
    let plan = Plan.difference(from: state(nil, filter(.bpf(.matchAll))), to: state(Self.program))
    #expect(
      plan.steps.map(\.summary) == [
        "~ filter dev p0 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' "
          + "for frames without a tcx program's mark action mirred index 1342177296",
        "+ tcx program dev p0 ingress mark each frame { copy to d0 }",
        "- filter dev p0 ingress protocol all pref 512 handle 0x1 bpf bytecode '1,6 0 0 4294967295' "
          + "for frames without a tcx program's mark action mirred index 1342177296",
        "~ tcx program dev p0 ingress { copy to d0 }",
      ])
    #expect(plan.script.split(separator: "\n").filter { !$0.hasPrefix("#") }.count == 2, "\(plan.script)")
  }
}
