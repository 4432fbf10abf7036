import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("tcx programs")
struct CopyProgramTests {
  private typealias Decision = CopyProgram.Decision

  private static let point = HookPoint("p0", .ingress)
  private static let indexes: [String: UInt32] = ["p0": 3, "p1": 4, "d0": 70_000, "d1": 0x8000_0001]
  private static let frames: [Frame] = [
    .ethernet(payload: [UInt8](0..<60)),
    .ethernet(to: 0xffff_ffff_ffff, tagsInData: [.init(7)], type: .ipv6, payload: [UInt8](repeating: 0x45, count: 100)),
    Frame(
      bytes: Frame.ethernet(to: 0x3333_0000_0001, payload: [0x46, 0xff, 0x80]).bytes, tag: .init(4094, priority: 5)),
    Frame(bytes: [0xff, 0xff, 0xff, 0xff, 0xff]), Frame(bytes: [1]), Frame(bytes: []),
  ]

  private static func code(
    _ sections: [[CopyProgram.Decision]], _ handover: CopyProgram.Handover = .init(own: 1)
  ) throws -> [ExtendedInstruction] {
    let program = CopyProgram(point, sections: sections.map { CopyProgram.Section(slot: 0, decisions: $0) })
    return try #require(program.instructions(handover) { indexes[$0] })
  }

  private static func fits(_ match: FlowerMatch, _ frame: Frame, from input: UInt32) -> Bool {
    if let device = match.inputDevice, indexes[device] != input { return false }
    switch match.destination {
    case nil: return true
    case .group?: return frame.bytes.first.map { $0 & 1 == 1 } ?? false
    case .broadcast?: return frame.bytes.count >= 6 && frame.bytes.prefix(6).allSatisfy { $0 == 0xff }
    }
  }

  @Test(
    "The first decision of each section that fits a frame counts, and every frame goes on",
    arguments: TestSeed.seeds(500))
  func decisions(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var programs = RandomProgram(seed: seed)
    let matches = ["p0", "p1", nil].flatMap { device in
      [FlowerMatch.Destination.group, .broadcast, nil].map { FlowerMatch(inputDevice: device, destination: $0) }
    }
    let sections = (0...generator.number(below: 3)).map { _ in
      (0..<generator.number(below: 4)).map { _ in
        Decision(
          match: matches[generator.number(below: matches.count)],
          frames: generator.happens(oneIn: 2) ? programs.next() : nil,
          device: ["d0", "d1", nil][generator.number(below: 3)])
      }
    }
    let code = try Self.code(sections)
    for frame in Self.frames {
      for input: UInt32 in [0, 3, 4] {
        let expected = sections.compactMap { decisions in
          decisions.first { decision in
            Self.fits(decision.match, frame, from: input)
              && decision.frames.map { BPFMachine.run($0, on: frame) != 0 } ?? true
          }?.device.flatMap { Self.indexes[$0] }
        }
        let passage = TranslatedMachine.pass(code, frame, from: input)
        #expect(passage == .init(verdict: -1, copies: expected, control: [0, 0, 0, 0, 0]), "\(sections) \(frame)")
      }
    }
  }

  @Test("A load beyond the end of a frame is no match, and keeps the frame from nobody")
  func shortFrame() throws {
    let load = BPFProgram([.init(0x30, 0, 0, 23), .init(0x06, 0, 0, 0xffff_ffff)])
    let indirect = BPFProgram([.init(0x01, 0, 0, 0xffff_fff0), .init(0x50, 0, 0, 0x20), .init(0x06, 0, 0, 1)])
    for program in [load, indirect] {
      let code = try Self.code([
        [Decision(match: FlowerMatch(), frames: program, device: "d0")], [Decision(match: FlowerMatch(), device: "d1")],
      ])
      let passage = TranslatedMachine.pass(code, Frame(bytes: [UInt8](repeating: 1, count: 20)))
      #expect(passage?.copies == [0x8000_0001] && passage?.verdict == -1)
    }
  }

  @Test("Of two and three programs, each the successor of the next, one copies, whichever are there")
  func handover() throws {
    let all = [Decision(match: FlowerMatch(), device: "d0")]
    let secrets: [UInt64] = [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 7]
    let chain = try secrets.indices.map { number in
      let predecessor = number + 1 < secrets.count ? secrets[number + 1] : nil
      return try Self.code([all], .init(own: secrets[number], predecessor: predecessor))
    }
    for present in [[0], [0, 1], [0, 1, 2], [1, 2], [1], [2]] {
      var control: [UInt32] = [9, 8, 7, 0, 0]
      var copies: [UInt32] = []
      for number in present {
        let passage = try #require(
          TranslatedMachine.pass(chain[number], .ethernet(payload: [1, 2, 3]), control: control))
        #expect(passage.verdict == -1)
        copies += passage.copies
        control = passage.control
      }
      #expect(copies == [70_000], "\(present)")
      #expect(control.prefix(3) == [9, 8, 7], "what is not ours stays")
      #expect(present.last == 2 ? control.suffix(2) == [0, 0] : control.suffix(2) != [0, 0])
    }
  }

  @Test("A frame that bears half of the secret is copied")
  func halfSecret() throws {
    let code = try Self.code([[Decision(match: FlowerMatch(), device: "d0")]], .init(own: 0x0000_0005_0000_0006))
    let control: [[UInt32]] = [[0, 0, 0, 5, 7], [0, 0, 0, 6, 6], [0, 5, 6, 0, 0]]
    for words in control {
      #expect(TranslatedMachine.pass(code, Self.frames[0], control: words)?.copies == [70_000])
    }
    #expect(TranslatedMachine.pass(code, Self.frames[0], control: [0, 0, 0, 5, 6])?.copies == [])
  }

  @Test("The hash tells what is copied, to which device, but not which of the programs that do it")
  func hash() throws {
    func hash(_ device: String, _ index: UInt32) throws -> UInt32 {
      let section = CopyProgram.Section(slot: 1, decisions: [Decision(match: FlowerMatch(), device: device)])
      return try #require(CopyProgram(Self.point, sections: [section]).hash { _ in index })
    }
    #expect(try hash("d0", 5) == hash("d1", 5))
    #expect(try hash("d0", 5) != hash("d0", 6))
    let missing = CopyProgram(
      Self.point, sections: [.init(slot: 0, decisions: [Decision(match: .init(), device: "x")])])
    #expect(missing.hash { Self.indexes[$0] } == nil)
    let gone = CopyProgram.Decision(match: FlowerMatch(inputDevice: "x"), device: nil)
    let code = try Self.code([[gone, Decision(match: FlowerMatch(), device: "d0")]])
    #expect(TranslatedMachine.pass(code, Self.frames[0])?.copies == [70_000], "nothing comes from where nothing is")
    #expect(CopyProgram(Self.point, .unknown(hash: 1)).hash { Self.indexes[$0] } == nil)
  }

  @Test("A program is recognized by its hash; one that is behind others, or of another kind, is not")
  func recognition() throws {
    let section = CopyProgram.Section(slot: 1, decisions: [Decision(match: FlowerMatch(), device: "d0")])
    let program = CopyProgram(Self.point, sections: [section])
    var wanted = KernelState()
    wanted.insert(program)
    let hash = try #require(program.hash { Self.indexes[$0] })
    for (shown, isKnown) in [(hash, true), (hash ^ 1, false), (nil, false)] as [(UInt32?, Bool)] {
      var state = KernelState()
      state.insert(CopyProgram(Self.point, .unknown(hash: shown)))
      state.recognizePrograms(among: [KernelState(), wanted]) { Self.indexes[$0] }
      #expect((state == wanted) == isKnown)
      #expect(Plan.difference(from: state, to: wanted).isEmpty == isKnown)
    }
  }

  @Test("What nobody knows is replaced or removed, and never brought about; marks that stand for nothing go first")
  func plans() throws {
    let section = CopyProgram.Section(slot: 1, decisions: [Decision(match: FlowerMatch(), device: "d0")])
    let (program, unknown) = (CopyProgram(Self.point, sections: [section]), CopyProgram(Self.point, .unknown(hash: 1)))
    let mark = Action(
      index: ProgramMark.Place(interface: 9, hook: .egress).actionIndex(bank: 1),
      cookie: Cookie(.program(ProgramMark(id: 1, hash: 2, seed: 3))), operation: .gact, control: .continue)
    var (old, new) = (KernelState(), KernelState())
    old.insert(unknown)
    old.insert(mark)
    new.insert(program)
    let change = Step.change(from: .program(unknown), to: .program(program))
    #expect(Plan.difference(from: old, to: new).steps == [.remove(.action(mark)), change])
    #expect(Plan.difference(from: new, to: old).steps == [.remove(.program(program))])
    #expect(
      Plan.difference(from: old, to: KernelState()).steps == [.remove(.action(mark)), .remove(.program(unknown))])
    #expect(Plan.difference(from: old, to: old).isEmpty)
  }

  @Test("A mark's place is in its index")
  func places() {
    for (interface, hook, bank) in [(1, Hook.ingress, 0), (0x3ff_ffff, .egress, 1), (77, .ingress, 1)]
      as [(UInt32, Hook, UInt32)]
    {
      let place = ProgramMark.Place(interface: interface, hook: hook)
      #expect(ProgramMark.Place(actionIndex: place.actionIndex(bank: bank)) == place)
      #expect(place.actionIndex(bank: 0) ^ place.actionIndex(bank: 1) == 1)
    }
    #expect(ProgramMark.Place(actionIndex: 0x8000_0004) == nil)
  }
}
