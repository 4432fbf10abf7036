import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("Programs that filters share")
struct SharedProgramTests {
  private static let frames: [Frame] = [
    .ethernet(payload: [UInt8](0..<60)),
    .ethernet(tagsInData: [.init(7)], type: .ipv6, payload: [UInt8](repeating: 0x45, count: 100)),
    Frame(bytes: Frame.ethernet(payload: [0x46, 0xff, 0x80]).bytes, tag: .init(4094, priority: 5)),
    Frame(bytes: Frame.ethernet(payload: [0, 0, 0, 1]).bytes, tag: .init(0, tagProtocol: .dot1AD)),
    Frame(bytes: [1, 2, 3]),
  ]

  @Test("The one that matches all frames sets its result and ends")
  func matchAll() throws {
    let shared = try #require(SharedProgram(.matchAll))
    #expect(shared.name == "mirrorctl1:BgE=")
    #expect(shared.instructions.suffix(2) == [.init(0xb4, immediate: -1), .init(0x95)])
  }

  @Test("A translation does what the classic program does, which its name tells", arguments: TestSeed.seeds(2000))
  func random(seed: UInt64) throws {
    var programs = RandomProgram(seed: seed)
    let program = programs.next()
    #expect(BPFMachine.flaw(in: program) == nil)
    let translation = try #require(program.translation)
    for frame in Self.frames {
      #expect(
        TranslatedMachine.run(translation, on: frame) == BPFMachine.run(program, on: frame), "\(program) \(frame)")
    }
    guard let shared = SharedProgram(program) else { return }
    #expect(shared.instructions == translation)
    #expect(shared.name.utf8.count <= 255)
    #expect(SharedProgram.program(named: Array(shared.name.utf8)[...], result: program.result) == program)
  }

  @Test("Of the random programs, each kind of instruction is in some, and most have a name")
  func coverage() {
    let programs = TestSeed.seeds(2000).map { seed in
      var programs = RandomProgram(seed: seed)
      return programs.next()
    }
    #expect(Set(programs.flatMap { $0.instructions.map(\.code) }) == Set(RandomProgram.codes + [0x06, 0x16]))
    #expect(programs.count { SharedProgram($0) != nil } > 1500)
  }

  @Test("Where the program loads other metadata, jumps out of itself or is too long for a name, it is not shared")
  func unshared() {
    typealias Instruction = BPFProgram.Instruction
    let end = Instruction(0x06, 0, 0, 1)
    #expect(SharedProgram(BPFProgram([Instruction(0x20, 0, 0, 0xffff_f008), end])) == nil)
    #expect(SharedProgram(BPFProgram([Instruction(0x05, 0, 0, 7), end])) == nil)
    #expect(SharedProgram(BPFProgram([Instruction(0x60, 0, 0, 16), end])) == nil)
    #expect(SharedProgram(BPFProgram([Instruction(0x100, 0, 0, 0), end])) == nil)
    let load = Instruction(0x30, 0, 0, 23)
    #expect(SharedProgram(BPFProgram([Instruction](repeating: load, count: 80) + [end])) != nil)
    #expect(SharedProgram(BPFProgram([Instruction](repeating: load, count: 100) + [end])) == nil)
  }

  @Test("Other names say nothing")
  func foreignNames() {
    for name in [
      "", "mirrorctl1:", "mirrorctl:BgE=", "mirrorctl2:BgE=", "mirrorctl1:BgE", "mirrorctl1:BgE=BgE=",
      "mirrorctl1:Bg==",
      "mirrorctl1:Bg!=", "mirrorctl1:B===", "mirrorctl1:====", "mirrorctl1:FQE=", "mirrorctl1:Bv//////",
      "snaplen_96:[v1]",
      "mirrorctl1:BgF=", "mirrorctl1:Bv////8f",
    ] {
      #expect(SharedProgram.program(named: Array(name.utf8)[...], result: .match) == nil, "\(name)")
    }
  }
}
