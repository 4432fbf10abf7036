import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("Guards of filters")
struct GuardTests {
  private static let mark = PassageMark(secret: 0x8123_4567_89ab_cdef)
  private static let frame = Frame.ethernet(payload: [UInt8](0..<60))

  /// What is left by a program that marks frames, at a hook of interface 7.
  private func control(
    _ mark: PassageMark = mark, _ hook: Hook = .ingress, interface: UInt32 = 7, before: [UInt32] = [1, 2, 3, 4, 5]
  ) throws -> [UInt32] {
    let program = CopyProgram(HookPoint("p0", hook), sections: []).marking
    let code = try #require(program.instructions(.init(own: 1, passage: mark)) { _ in nil })
    let passage = try #require(TranslatedMachine.pass(code, Self.frame, control: before, at: interface))
    #expect(passage.verdict == -1 && passage.copies.isEmpty)
    #expect(passage.control[0] == before[0] && passage.control[3...] == before[3...], "what is not ours stays")
    return passage.control
  }

  private func result(
    _ program: BPFProgram, _ condition: Guard, _ control: [UInt32], _ frame: Frame = frame, interface: UInt32 = 7
  ) throws -> UInt32? {
    let guarded = try #require(GuardedProgram(program, condition, Self.mark, at: .ingress))
    let passage = TranslatedMachine.pass(guarded.instructions, frame, control: control, at: interface)
    #expect(passage?.control == control)
    return passage.map { UInt32(bitPattern: $0.verdict) }
  }

  @Test(
    "A guarded program does what the classic one does to frames that it is for, and none to others",
    arguments: TestSeed.seeds(300))
  func random(seed: UInt64) throws {
    var programs = RandomProgram(seed: seed)
    let program = programs.next()
    let frames = [Self.frame, Frame(bytes: Self.frame.bytes, tag: .init(7)), Frame(bytes: [1, 2, 3])]
    for frame in frames {
      let classic = BPFMachine.run(program, on: frame)
      for (control, isMarked) in [(try control(), true), ([1, 2, 3, 4, 5], false), ([0, 0, 0, 0, 0], false)] {
        #expect(try result(program, .marked, control, frame) == (isMarked ? classic : 0))
        #expect(try result(program, .unmarked, control, frame) == (isMarked ? 0 : classic))
      }
    }
  }

  @Test("Marks of other hooks, interfaces and changes are none, and neither is half of one")
  func otherMarks() throws {
    let whole = try control()
    let others = [
      try control(Self.mark, .egress), try control(interface: 8), try control(PassageMark(secret: 5)),
      [whole[0], whole[1], 3, 4, 5], [whole[0], 2, whole[2], 4, 5],
    ]
    for control in others {
      #expect(try result(.matchAll, .marked, control) == 0)
      #expect(try result(.matchAll, .unmarked, control) == .max)
    }
    #expect(try result(.matchAll, .marked, whole) == .max)
    #expect(try result(.matchAll, .marked, whole, interface: 8) == 0)
  }

  @Test("A program marks what it sees to; one that passes over a frame leaves the mark of the other")
  func handover() throws {
    func code(_ handover: CopyProgram.Handover, isMarking: Bool) throws -> [ExtendedInstruction] {
      let decision = CopyProgram.Decision(match: FlowerMatch(), device: "d0")
      let program = CopyProgram(
        HookPoint("p0", .ingress), .sections([.init(slot: 0, decisions: [decision])]), isMarking: isMarking)
      return try #require(program.instructions(handover) { _ in 9 })
    }
    for (isFirstMarking, isSecondMarking) in [(true, false), (false, true), (true, true)] {
      let codes = [
        try code(.init(own: 1, predecessor: 2, passage: Self.mark), isMarking: isFirstMarking),
        try code(.init(own: 2, passage: PassageMark(secret: 77)), isMarking: isSecondMarking),
      ]
      var control: [UInt32] = [0, 0, 0, 0, 0]
      var copies: [UInt32] = []
      for code in codes {
        let passage = try #require(TranslatedMachine.pass(code, Self.frame, control: control, at: 7))
        control = passage.control
        copies += passage.copies
      }
      #expect(copies == [9])
      #expect(try result(.matchAll, .marked, control) == (isFirstMarking ? .max : 0))
      #expect(isFirstMarking || control == [0, 0, 0, 0, 0])
    }
  }

  @Test("The lowest bit of a hash tells whether a program marks frames; the rest of it depends on that as well")
  func hash() throws {
    let program = CopyProgram(HookPoint("p0", .ingress), sections: [])
    let (plain, marking) = (try #require(program.hash { _ in 1 }), try #require(program.marking.hash { _ in 1 }))
    #expect(plain & 1 == 0 && marking & 1 == 1 && plain | 1 != marking)
    #expect(ProgramMark(id: 1, hash: marking, seed: 2).isMarking && !ProgramMark(id: 1, hash: plain, seed: 2).isMarking)
  }

  @Test("The name of a guarded program tells the guard, and the classic program unless it is too long")
  func names() throws {
    let load = BPFProgram.Instruction(0x30, 0, 0, 23)
    let end = BPFProgram.Instruction(0x06, 0, 0, 1)
    for condition in Guard.allCases {
      for (count, isTold) in [(0, true), (70, true), (100, false)] {
        let program = BPFProgram([BPFProgram.Instruction](repeating: load, count: count) + [end])
        let name = try #require(GuardedProgram(program, condition, Self.mark, at: .egress)).name
        #expect(name.utf8.count <= 255)
        #expect(
          GuardedProgram.classifier(named: Array(name.utf8)[...]) == .guarded(isTold ? program : nil, condition))
        #expect(SharedProgram.program(named: Array(name.utf8)[...], result: .match) == nil)
      }
    }
    for name in ["", "mirrorctl1:BgE=", "mirrorctl-marked:BgE=", "mirrorctl-unmarked2:BgE=", "snaplen_96:[v1]"] {
      #expect(GuardedProgram.classifier(named: Array(name.utf8)[...]) == nil, "\(name)")
    }
    #expect(GuardedProgram(BPFProgram([.init(0x20, 0, 0, 0xffff_f008), end]), .marked, Self.mark, at: .egress) == nil)
  }
}
