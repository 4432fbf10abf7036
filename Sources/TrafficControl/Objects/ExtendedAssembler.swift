/// Builds eBPF programs with named jump targets. `r6` holds the `struct __sk_buff` throughout.
struct ExtendedAssembler {
  /// A place in the program that jumps can name before it is known.
  struct Label: Hashable {
    fileprivate var number: Int
  }

  /// When to jump (`BPF_JEQ`, `BPF_JNE`, `BPF_JGT`, `BPF_JLT` of linux/bpf.h, each for 64 bits).
  enum Condition: UInt8 {
    case ifEqual = 0x10
    case unlessEqual = 0x50
    case ifGreater = 0x20
    case ifLess = 0xa0
  }

  /// How much is loaded of a frame.
  enum Width: Int32 {
    case byte = 1
    case half = 2
    case word = 4

    fileprivate var code: UInt8 {
      switch self {
      case .word: 0x20
      case .half: 0x28
      case .byte: 0x30
      }
    }
  }

  private var code: [(instruction: ExtendedInstruction, target: Label?)] = []
  private var places: [Label: Int] = [:]
  private var labels = 0

  mutating func newLabel() -> Label {
    labels += 1
    return Label(number: labels)
  }

  mutating func place(_ label: Label) { places[label] = code.count }

  mutating func emit(_ instruction: ExtendedInstruction) { code.append((instruction, nil)) }

  mutating func jump(to label: Label) { code.append((ExtendedInstruction(0x05), label)) }

  mutating func jump(
    _ condition: Condition, _ left: ExtendedInstruction.Register, _ right: ExtendedInstruction.Register, to label: Label
  ) {
    code.append((ExtendedInstruction(condition.rawValue | 0x0d, left, right), label))
  }

  mutating func jump(_ condition: Condition, _ left: ExtendedInstruction.Register, _ right: Int32, to label: Label) {
    code.append((ExtendedInstruction(condition.rawValue | 0x05, left, immediate: right), label))
  }

  /// Loads bytes of the frame to `r0`, as a number; `r1` to `r5` are lost.
  mutating func loadFrame(_ width: Width, at offset: Int32, missesTo miss: Label) {
    let load = ExtendedInstruction(width.code, immediate: offset)
    guardLoad(load, missesTo: miss)
    emit(load)
  }

  /// Adds a classic program: 0 as its result, and a load beyond the end of the frame, leads to the label, any other result goes on.
  /// `r0` to `r5`, `r7` and `r8` are lost.
  ///
  /// - Returns: `false` where the program has no translation.
  mutating func embed(_ program: BPFProgram, missesTo miss: Label) -> Bool {
    guard let translation = program.translation else { return false }
    let starts = translation.map { _ in newLabel() }
    let end = newLabel()
    emit(.move(.r1, .r6))
    for (position, instruction) in translation.enumerated() {
      place(starts[position])
      switch instruction.code {
      case ExtendedInstruction.exit.code: jump(to: end)
      case _ where instruction.isJump:
        let target = position + 1 + Int(instruction.offset)
        guard starts.indices.contains(target) else { return false }
        code.append((instruction, starts[target]))
      default:
        guardLoad(instruction, missesTo: miss)
        emit(instruction)
      }
    }
    place(end)
    emit(.move32(.r0, .r0))
    jump(.ifEqual, .r0, 0, to: miss)
    return true
  }

  /// Looks whether the frame is long enough: a load that fails would end the whole program with 0, which keeps the frame from
  /// those that come after (`BPF_LD | BPF_ABS`, `BPF_LD | BPF_IND`).
  private mutating func guardLoad(_ load: ExtendedInstruction, missesTo miss: Label) {
    guard load.code & 0x07 == 0, let width: Int32 = [0x00: 4, 0x08: 2, 0x10: 1][load.code & 0x18] else { return }
    let (end, overflows) = load.immediate.addingReportingOverflow(width)
    guard !overflows else { return jump(to: miss) }
    emit(.load(.r1, .r6, 0))
    guard load.code & 0xe0 == 0x40 else { return jump(.ifLess, .r1, end, to: miss) }
    emit(.move32(.r2, load.source))
    emit(ExtendedInstruction(0x07, .r2, immediate: end))
    jump(.ifGreater, .r2, .r1, to: miss)
  }

  /// `nil`: a jump is too long.
  func assemble() -> [ExtendedInstruction]? {
    var program: [ExtendedInstruction] = []
    for (position, (instruction, target)) in code.enumerated() {
      var instruction = instruction
      if let target {
        guard let place = places[target], let offset = Int16(exactly: place - position - 1) else { return nil }
        instruction.offset = offset
      }
      program.append(instruction)
    }
    return program
  }
}

extension ExtendedInstruction {
  /// Whether ``offset`` is a distance.
  fileprivate var isJump: Bool { code & 0x07 == 0x05 && code != Self.exit.code && code != Self.call(0).code }
}
