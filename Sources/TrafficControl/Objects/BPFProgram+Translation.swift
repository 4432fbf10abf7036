extension BPFProgram {
  /// The same program in eBPF instructions, as the kernel itself would translate it for a classifier (bpf_convert_filter,
  /// net/core/filter.c); one such program can serve any number of filters, while each classic one is an object of its own.
  ///
  /// - Returns: `nil` for what is not translated: loads of metadata that no program of ours has, and programs that are too long.
  public var translation: [ExtendedInstruction]? {
    var translator = Translator()
    for instruction in instructions {
      guard translator.add(instruction) else { return nil }
    }
    return translator.program
  }
}

/// Keeps the accumulator in `r0`, where `BPF_LD | BPF_ABS` leaves what it has loaded, and the index register in `r7`.
private struct Translator {
  private static let accumulator = ExtendedInstruction.Register.r0
  private static let index = ExtendedInstruction.Register.r7
  private static let spare = ExtendedInstruction.Register.r8
  /// Where `BPF_LD | BPF_ABS` wants the `struct __sk_buff`.
  private static let context = ExtendedInstruction.Register.r6

  /// An instruction that jumps has the number of a classic instruction to go to.
  private var code: [(instruction: ExtendedInstruction, target: Int?)] = [
    (.move(context, .r1), nil), (.move(accumulator, 0), nil), (.move(index, 0), nil),
  ]
  /// Where the translation of each classic instruction starts.
  private var starts: [Int] = []

  /// `nil`: a jump is too long.
  var program: [ExtendedInstruction]? {
    var program: [ExtendedInstruction] = []
    for (position, (instruction, target)) in code.enumerated() {
      var instruction = instruction
      if let target {
        guard starts.indices.contains(target), let offset = Int16(exactly: starts[target] - position - 1) else {
          return nil
        }
        instruction.offset = offset
      }
      program.append(instruction)
    }
    return program
  }

  /// - Returns: `false` for an instruction that is not translated.
  mutating func add(_ instruction: BPFProgram.Instruction) -> Bool {
    starts.append(code.count)
    guard let operation = UInt8(exactly: instruction.code) else { return false }
    let constant = Int32(bitPattern: instruction.k)
    switch operation & 0x07 {
    case 0x00, 0x01: return load(operation, instruction.k, constant)
    case 0x02, 0x03:
      let register = operation == 0x02 ? Self.accumulator : Self.index
      guard let cell = Self.cell(instruction.k) else { return false }
      emit(ExtendedInstruction(0x63, .r10, register, offset: cell))
    case 0x04:
      guard operation <= 0xaf else { return false }
      compute(operation, constant)
    case 0x05: jump(operation, instruction, constant)
    case 0x06:
      if operation == 0x06 { emit(.move32(Self.accumulator, constant)) }
      emit(.exit)
    default:
      guard operation == 0x07 || operation == 0x87 else { return false }
      emit(operation == 0x07 ? .move32(Self.index, Self.accumulator) : .move32(Self.accumulator, Self.index))
    }
    return true
  }

  private mutating func load(_ operation: UInt8, _ k: UInt32, _ constant: Int32) -> Bool {
    let register = operation & 0x07 == 0 ? Self.accumulator : Self.index
    switch operation {
    case 0x00, 0x01: emit(.move32(register, constant))
    case 0x60, 0x61:
      guard let cell = Self.cell(k) else { return false }
      emit(.load(register, .r10, cell))
    case 0x80, 0x81: emit(.load(register, Self.context, ContextField.length.offset))
    case 0x20, 0x28, 0x30:
      if constant >= 0 {
        emit(ExtendedInstruction(operation, immediate: constant))
      } else {
        guard let field = ContextField(ancillary: k) else { return false }
        emit(.load(register, Self.context, field.offset))
        // A protocol is there in the order of the network, and classic programs have it in the host's.
        if field.isProtocol { emit(ExtendedInstruction(0xdc, register, immediate: 16)) }
      }
    case 0x40, 0x48, 0x50: emit(ExtendedInstruction(operation, .r0, Self.index, immediate: constant))
    case 0xb1:
      guard constant >= 0 else { return false }
      emit(.move32(Self.spare, Self.accumulator))
      emit(ExtendedInstruction(0x30, immediate: constant))
      emit(ExtendedInstruction(0x54, Self.accumulator, immediate: 0x0f))
      emit(ExtendedInstruction(0x64, Self.accumulator, immediate: 2))
      emit(.move32(Self.index, Self.accumulator))
      emit(.move32(Self.accumulator, Self.spare))
    default: return false
    }
    return true
  }

  private mutating func compute(_ operation: UInt8, _ constant: Int32) {
    if operation == 0x3c || operation == 0x9c {
      // A classic program ends with 0 where it divides by 0.
      emit(ExtendedInstruction(0x55, Self.index, offset: 2))
      emit(.move32(Self.accumulator, 0))
      emit(.exit)
    }
    let usesIndex = operation & 0x08 != 0
    emit(
      ExtendedInstruction(
        operation, Self.accumulator, usesIndex ? Self.index : .r0,
        immediate: usesIndex || operation == 0x84 ? 0 : constant))
  }

  private mutating func jump(_ operation: UInt8, _ instruction: BPFProgram.Instruction, _ constant: Int32) {
    let next = starts.count
    guard operation != 0x05 else { return emit(ExtendedInstruction(0x05), to: next + Int(instruction.k)) }
    let (whenTrue, whenFalse) = (next + Int(instruction.jumpTrue), next + Int(instruction.jumpFalse))
    var condition = operation & 0xf0 | 0x05
    var right = ExtendedInstruction.Register.r0
    if operation & 0x08 != 0 {
      (condition, right) = (condition | 0x08, Self.index)
    } else if constant < 0 {
      // A jump compares 64 bits and extends the sign of its constant.
      emit(.move32(Self.spare, constant))
      (condition, right) = (condition | 0x08, Self.spare)
    }
    let comparison = ExtendedInstruction(
      condition, Self.accumulator, right, immediate: condition & 0x08 == 0 ? constant : 0)
    if whenTrue == next, let inverse = Self.inverse(condition) {
      guard whenFalse != next else { return }
      var comparison = comparison
      comparison.code = inverse
      emit(comparison, to: whenFalse)
    } else {
      emit(comparison, to: whenTrue)
      if whenFalse != next { emit(ExtendedInstruction(0x05), to: whenFalse) }
    }
  }

  /// `BPF_JEQ`, `BPF_JGT` and `BPF_JGE` become `BPF_JNE`, `BPF_JLE` and `BPF_JLT`.
  private static func inverse(_ condition: UInt8) -> UInt8? {
    let operations: [UInt8: UInt8] = [0x10: 0x50, 0x20: 0xb0, 0x30: 0xa0]
    return operations[condition & 0xf0].map { $0 | condition & 0x0f }
  }

  /// Where on the stack a cell of the scratch memory is; there are `BPF_MEMWORDS`.
  private static func cell(_ number: UInt32) -> Int16? {
    number < 16 ? -4 * (Int16(number) + 1) : nil
  }

  private mutating func emit(_ instruction: ExtendedInstruction, to target: Int? = nil) {
    code.append((instruction, target))
  }
}

/// What classic programs load from `SKF_AD_OFF` on (linux/filter.h), in `struct __sk_buff`.
private enum ContextField {
  case length, packetType, mark, frameProtocol, vlanTagPresent, vlanTag, vlanProtocol

  init?(ancillary k: UInt32) {
    switch k {
    case 0xffff_f000: self = .frameProtocol
    case 0xffff_f004: self = .packetType
    case 0xffff_f014: self = .mark
    case 0xffff_f02c: self = .vlanTag
    case 0xffff_f030: self = .vlanTagPresent
    case 0xffff_f03c: self = .vlanProtocol
    default: return nil
    }
  }

  var offset: Int16 {
    switch self {
    case .length: 0
    case .packetType: 4
    case .mark: 8
    case .frameProtocol: 16
    case .vlanTagPresent: 20
    case .vlanTag: 24
    case .vlanProtocol: 28
    }
  }

  var isProtocol: Bool { self == .frameProtocol || self == .vlanProtocol }
}
