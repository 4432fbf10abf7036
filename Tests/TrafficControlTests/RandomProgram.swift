import TestSupport
import TrafficControl

/// Programs that the kernel takes, of instructions of every kind.
struct RandomProgram {
  /// All but those that end a program.
  static let codes: [UInt16] = [
    0x00, 0x01, 0x02, 0x03, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x61, 0x80, 0x81, 0xb1, 0x07, 0x87, 0x04, 0x0c,
    0x14,
    0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c, 0x64, 0x6c, 0x74, 0x7c, 0x84, 0x94, 0x9c, 0xa4, 0xac, 0x05,
    0x15,
    0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d,
  ]
  private static let metadata: [UInt32] = [
    0xffff_f000, 0xffff_f004, 0xffff_f014, 0xffff_f02c, 0xffff_f030, 0xffff_f03c,
  ]
  private static let constants: [UInt32] = [0, 1, 3, 12, 31, 0x800, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x8100]
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }

  mutating func next() -> BPFProgram {
    let length = Int.random(in: 1...24, using: &generator)
    // What is loaded from the scratch memory has to be stored before.
    var instructions: [BPFProgram.Instruction] = [.init(0x02, 0, 0, 3), .init(0x03, 0, 0, 15)]
    for position in 0..<length {
      instructions.append(instruction(Self.codes.randomElement(using: &generator) ?? 0, before: length - position))
    }
    instructions.append(.init(Bool.random(using: &generator) ? 0x16 : 0x06, 0, 0, number()))
    if instructions.last?.code == 0x16 { instructions[instructions.count - 1].k = 0 }
    return BPFProgram(instructions, result: Bool.random(using: &generator) ? .match : .verdict)
  }

  private mutating func instruction(_ code: UInt16, before rest: Int) -> BPFProgram.Instruction {
    let jumps = (0..<2).map { _ in UInt8(Int.random(in: 0..<rest, using: &generator)) }
    switch code {
    case 0x05: return .init(code, 0, 0, UInt32(jumps[0]))
    case 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d:
      return .init(code, jumps[0], jumps[1], code & 0x08 == 0 ? number() : 0)
    case 0x02, 0x03, 0x60, 0x61: return .init(code, 0, 0, Bool.random(using: &generator) ? 3 : 15)
    case 0x20, 0x28, 0x30:
      let offset = UInt32.random(in: 0..<40, using: &generator)
      return .init(
        code, 0, 0, Bool.random(using: &generator) ? offset : Self.metadata.randomElement(using: &generator) ?? 0)
    case 0x40, 0x48, 0x50, 0xb1: return .init(code, 0, 0, UInt32.random(in: 0..<20, using: &generator))
    case 0x64, 0x74: return .init(code, 0, 0, UInt32.random(in: 0..<32, using: &generator))
    case 0x34, 0x94: return .init(code, 0, 0, max(1, number()))
    case 0x07, 0x80, 0x81, 0x84, 0x87: return .init(code, 0, 0, 0)
    default: return .init(code, 0, 0, code & 0x08 == 0 || code < 0x04 ? number() : 0)
    }
  }

  private mutating func number() -> UInt32 {
    Bool.random(using: &generator)
      ? Self.constants.randomElement(using: &generator) ?? 0 : UInt32.random(in: 0..<64, using: &generator)
  }
}
