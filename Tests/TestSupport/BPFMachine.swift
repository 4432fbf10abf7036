import NetworkTypes
import TrafficControl

/// Runs classic BPF programs as the kernel does (linux/filter.h, net/core/filter.c).
public struct BPFMachine {
  private static let returns: Set<UInt16> = [0x06, 0x16]
  private static let loads: Set<UInt16> = [0x00, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x80, 0x02, 0x03]
  private static let indexes: Set<UInt16> = [0x01, 0x61, 0x81, 0xb1, 0x07, 0x87]
  private static let arithmetic: Set<UInt16> = [
    0x04, 0x0c, 0x14, 0x1c, 0x24, 0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c, 0x64, 0x6c, 0x74, 0x7c, 0x84, 0x94, 0x9c,
    0xa4, 0xac,
  ]
  private static let jumps: Set<UInt16> = [0x05, 0x15, 0x1d, 0x25, 0x2d, 0x35, 0x3d, 0x45, 0x4d]

  /// What the kernel's checker finds wrong (`bpf_check_classic`); `nil`: it takes the program.
  public static func flaw(in program: BPFProgram) -> String? {
    let code = program.instructions
    guard (1...4096).contains(code.count) else { return "\(code.count) instructions" }
    for (position, instruction) in code.enumerated() {
      guard isKnown(instruction.code) else { return "unknown code \(instruction.code) at \(position)" }
      if instruction.code == 0x64 || instruction.code == 0x74, instruction.k >= 32 { return "shift at \(position)" }
      if instruction.code == 0x34 || instruction.code == 0x94, instruction.k == 0 { return "division at \(position)" }
      guard jumps.contains(instruction.code) else { continue }
      let longest =
        instruction.code == 0x05 ? UInt64(instruction.k) : UInt64(max(instruction.jumpTrue, instruction.jumpFalse))
      guard UInt64(position) + longest + 1 < code.count else { return "jump out of the program at \(position)" }
    }
    guard let last = code.last, returns.contains(last.code) else { return "it does not end with a return" }
    return nil
  }

  private static func isKnown(_ code: UInt16) -> Bool {
    [returns, loads, indexes, arithmetic, jumps].contains { $0.contains(code) }
  }

  private let frame: Frame
  private var accumulator: UInt32 = 0
  private var index: UInt32 = 0
  private var steps = 0
  /// `BPF_MEMWORDS`
  private var scratch = [UInt32](repeating: 0, count: 16)

  private init(_ frame: Frame) {
    self.frame = frame
  }

  /// The program's result; 0 where it loads from behind the end of the frame.
  public static func run(_ program: BPFProgram, on frame: Frame) -> UInt32 {
    var machine = BPFMachine(frame)
    return machine.run(program)
  }

  /// How many instructions the program takes for a frame.
  public static func steps(of program: BPFProgram, on frame: Frame) -> Int {
    var machine = BPFMachine(frame)
    _ = machine.run(program)
    return machine.steps
  }

  private mutating func run(_ program: BPFProgram) -> UInt32 {
    var position = 0
    while position < program.instructions.count {
      let instruction = program.instructions[position]
      position += 1
      steps += 1
      switch instruction.code {
      case 0x06: return instruction.k
      case 0x16: return accumulator
      case let code where Self.jumps.contains(code): position += distance(instruction)
      case 0x3c, 0x9c: guard index != 0, compute(instruction) else { return 0 }
      case let code where Self.arithmetic.contains(code): compute(instruction)
      default: guard load(instruction) else { return 0 }
      }
    }
    return 0
  }

  private func distance(_ instruction: BPFProgram.Instruction) -> Int {
    let operand = instruction.code & 0x08 == 0 ? instruction.k : index
    let isTrue: Bool
    switch instruction.code & 0xf7 {
    case 0x05: return Int(instruction.k)
    case 0x15: isTrue = accumulator == operand
    case 0x25: isTrue = accumulator > operand
    case 0x35: isTrue = accumulator >= operand
    default: isTrue = accumulator & operand != 0
    }
    return Int(isTrue ? instruction.jumpTrue : instruction.jumpFalse)
  }

  /// Shifts by 32 bits and more are as those of the processors that the kernel runs on.
  @discardableResult
  private mutating func compute(_ instruction: BPFProgram.Instruction) -> Bool {
    let operand = instruction.code & 0x08 == 0 ? instruction.k : index
    switch instruction.code & 0xf7 {
    case 0x04: accumulator &+= operand
    case 0x14: accumulator &-= operand
    case 0x24: accumulator &*= operand
    case 0x34: accumulator /= operand
    case 0x44: accumulator |= operand
    case 0x54: accumulator &= operand
    case 0x64: accumulator &<<= operand
    case 0x74: accumulator &>>= operand
    case 0x94: accumulator %= operand
    case 0xa4: accumulator ^= operand
    default: accumulator = 0 &- accumulator
    }
    return true
  }

  /// - Returns: whether the frame has what was to be loaded.
  private mutating func load(_ instruction: BPFProgram.Instruction) -> Bool {
    switch instruction.code {
    case 0x00: accumulator = instruction.k
    case 0x01: index = instruction.k
    case 0x02, 0x03, 0x60, 0x61: return moveScratch(instruction)
    case 0x07: index = accumulator
    case 0x87: accumulator = index
    case 0x80: accumulator = UInt32(frame.bytes.count)
    case 0x81: index = UInt32(frame.bytes.count)
    case 0xb1:
      guard let byte = data(at: UInt64(instruction.k), count: 1) else { return false }
      index = (byte & 0x0f) << 2
    default:
      let start = UInt64(instruction.k) + (instruction.code & 0x60 == 0x40 ? UInt64(index) : 0)
      let width = [0x00: 4, 0x08: 2, 0x10: 1][instruction.code & 0x18] ?? 4
      guard let value = metadata(instruction) ?? data(at: start, count: width) else { return false }
      accumulator = value
    }
    return true
  }

  private mutating func moveScratch(_ instruction: BPFProgram.Instruction) -> Bool {
    guard instruction.k < scratch.count else { return false }
    switch instruction.code {
    case 0x02: scratch[Int(instruction.k)] = accumulator
    case 0x03: scratch[Int(instruction.k)] = index
    case 0x60: accumulator = scratch[Int(instruction.k)]
    default: index = scratch[Int(instruction.k)]
    }
    return true
  }

  /// `SKF_AD_PROTOCOL`, `SKF_AD_PKTTYPE` (of a frame to somebody else), `SKF_AD_VLAN_TAG` and its kin.
  private func metadata(_ instruction: BPFProgram.Instruction) -> UInt32? {
    guard instruction.code & 0x60 == 0x20 else { return nil }
    return switch instruction.k {
    case 0xffff_f000: UInt32(frame.outerProtocol.rawValue)
    case 0xffff_f004: Self.packetType
    case 0xffff_f014: frame.mark
    case 0xffff_f02c: UInt32(frame.tag?.control ?? 0)
    case 0xffff_f030: frame.tag == nil ? 0 : 1
    case 0xffff_f03c: UInt32(frame.tag?.tagProtocol.rawValue ?? 0)
    default: nil
    }
  }

  /// `PACKET_OTHERHOST`
  static let packetType: UInt32 = 3

  private func data(at start: UInt64, count: Int) -> UInt32? {
    guard start + UInt64(count) <= frame.bytes.count else { return nil }
    return frame.bytes[Int(start)..<Int(start) + count].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
