import TrafficControl

/// Builds classic BPF programs with named jump targets.
struct BPFAssembler {
  /// A place in the program that jumps can name before it is known.
  struct Label: Hashable {
    fileprivate var number: Int
  }

  private enum Target {
    case next
    case label(Label)
  }

  private enum Pending {
    case raw(BPFProgram.Instruction)
    case jump(Label)
    case branch(code: UInt16, k: UInt32, whenTrue: Target, whenFalse: Target)
  }

  /// `SKF_AD_OFF` with the wanted `SKF_AD_*` (linux/filter.h) added.
  enum Metadata: UInt32 {
    case `protocol` = 0xffff_f000
    case mark = 0xffff_f014
    case vlanTag = 0xffff_f02c
    case vlanTagPresent = 0xffff_f030
    case vlanProtocol = 0xffff_f03c
  }

  /// `BPF_JMP | BPF_JA`
  private static let jumpAlways: UInt16 = 0x05

  /// `BPF_RET | BPF_K`
  private static let returnConstant: UInt16 = 0x06

  private var pending: [Pending] = []
  private var places: [Label: Int] = [:]
  private var labelCount = 0

  mutating func newLabel() -> Label {
    labelCount += 1
    return Label(number: labelCount)
  }

  mutating func place(_ label: Label) { places[label] = pending.count }

  mutating func loadMetadata(_ field: Metadata) { emit(0x20, field.rawValue) }
  /// The frame's length from the destination address on, without a tag in metadata (`BPF_LEN`).
  mutating func loadLength() { emit(0x80, 0) }
  mutating func loadWord(at offset: UInt32) { emit(0x20, offset) }
  mutating func loadHalf(at offset: UInt32) { emit(0x28, offset) }
  mutating func loadHalf(atIndexPlus offset: UInt32) { emit(0x48, offset) }
  mutating func loadWord(atIndexPlus offset: UInt32) { emit(0x40, offset) }
  mutating func loadByte(atIndexPlus offset: UInt32) { emit(0x50, offset) }
  mutating func load(_ value: UInt32) { emit(0x00, value) }
  mutating func setIndex(_ value: UInt32) { emit(0x01, value) }
  mutating func store(inScratch cell: UInt32) { emit(0x02, cell) }
  mutating func load(fromScratch cell: UInt32) { emit(0x60, cell) }
  mutating func loadIndex(fromScratch cell: UInt32) { emit(0x61, cell) }
  mutating func shiftRight(by count: UInt32) { emit(0x74, count) }
  mutating func shiftRightByIndex() { emit(0x7c, 0) }
  mutating func and(_ mask: UInt32) { emit(0x54, mask) }
  mutating func finish(_ result: UInt32) { emit(Self.returnConstant, result) }

  mutating func jump(to label: Label) {
    pending.append(.jump(label))
  }

  mutating func jump(ifEqual value: UInt32, to label: Label) { branch(0x15, value, .label(label), .next) }
  mutating func jump(unlessEqual value: UInt32, to label: Label) { branch(0x15, value, .next, .label(label)) }
  mutating func jump(ifGreater value: UInt32, to label: Label) { branch(0x25, value, .label(label), .next) }
  mutating func jump(ifAnyBitOf value: UInt32, to label: Label) { branch(0x45, value, .label(label), .next) }
  mutating func jump(ifAtLeast value: UInt32, to label: Label) { branch(0x35, value, .label(label), .next) }
  mutating func jump(unlessAtLeast value: UInt32, to label: Label) { branch(0x35, value, .next, .label(label)) }

  /// Adds a whole program, whose results become jumps: `RET 0` to the one label, any other to the other. A load beyond the end of
  /// the frame ends all, with 0.
  mutating func append(_ program: BPFProgram, hit: Label, miss: Label) {
    pending += program.instructions.map { instruction in
      guard instruction.code == Self.returnConstant else { return .raw(instruction) }
      return .jump(instruction.k == 0 ? miss : hit)
    }
  }

  /// The same, but a load beyond the end of the frame is a miss.
  mutating func appendBounded(_ program: BPFProgram, hit: Label, miss: Label) {
    let starts = program.instructions.map { _ in newLabel() }
    for (position, instruction) in program.instructions.enumerated() {
      place(starts[position])
      func target(_ distance: Int) -> Label {
        let next = position + 1 + distance
        return starts.indices.contains(next) ? starts[next] : miss
      }
      switch instruction.code {
      case Self.returnConstant: jump(to: instruction.k == 0 ? miss : hit)
      case Self.jumpAlways: jump(to: target(Int(instruction.k)))
      case _ where instruction.code & 0x07 == 0x05:
        // The way may have become longer than what a conditional jump can skip.
        let whenTrue = newLabel()
        branch(instruction.code, instruction.k, .label(whenTrue), .next)
        jump(to: target(Int(instruction.jumpFalse)))
        place(whenTrue)
        jump(to: target(Int(instruction.jumpTrue)))
      default:
        if let load = BoundedLoad(instruction) { emitBounds(of: load, miss: miss) }
        pending.append(.raw(instruction))
      }
    }
  }

  /// Loads overwrite the register that is used here.
  private mutating func emitBounds(of load: BoundedLoad, miss: Label) {
    let fits = newLabel()
    let isShort = newLabel()
    if load.target == .index { emit(0x07, 0) }
    loadLength()
    if load.base == .index {
      // BPF_JMP | BPF_JGE | BPF_X, BPF_ALU | BPF_SUB | BPF_X
      branch(0x3d, 0, .next, .label(isShort))
      emit(0x1c, 0)
    }
    jump(ifAtLeast: load.end, to: fits)
    place(isShort)
    jump(to: miss)
    place(fits)
    if load.target == .index { emit(0x87, 0) }
  }

  /// A load of bytes of the frame.
  private struct BoundedLoad {
    enum Register { case accumulator, index }

    /// Where the bytes begin to count; `nil`: at the frame's beginning.
    var base: Register?
    var target: Register
    /// Behind the last byte.
    var end: UInt32

    /// `nil` for what loads no bytes of the frame.
    init?(_ instruction: BPFProgram.Instruction) {
      let widths: [UInt16: UInt32] = [0x00: 4, 0x08: 2, 0x10: 1]
      guard instruction.k < 0x8000_0000 else { return nil }
      switch instruction.code & 0xe7 {
      // BPF_LD | BPF_ABS, BPF_LD | BPF_IND, BPF_LDX | BPF_MSH
      case 0x20: (base, target) = (nil, .accumulator)
      case 0x40: (base, target) = (.index, .accumulator)
      case 0xa1: (base, target) = (nil, .index)
      default: return nil
      }
      guard let width = widths[instruction.code & 0x18] else { return nil }
      end = instruction.k + width
    }
  }

  /// The program; `nil` if a jump is longer than the 255 instructions that a conditional one can skip.
  func assemble(result: BPFProgram.Result = .match) -> BPFProgram? {
    var instructions: [BPFProgram.Instruction] = []
    for (position, item) in pending.enumerated() {
      switch item {
      case .raw(let instruction): instructions.append(instruction)
      case .jump(let label):
        guard let length = distance(.label(label), from: position) else { return nil }
        instructions.append(.init(Self.jumpAlways, 0, 0, UInt32(length)))
      case .branch(let code, let k, let whenTrue, let whenFalse):
        guard let yes = distance(whenTrue, from: position), let no = distance(whenFalse, from: position), yes <= 255,
          no <= 255
        else { return nil }
        instructions.append(.init(code, UInt8(yes), UInt8(no), k))
      }
    }
    return BPFProgram(instructions, result: result)
  }

  private func distance(_ target: Target, from position: Int) -> Int? {
    switch target {
    case .next: return 0
    case .label(let label):
      guard let place = places[label], place > position else { return nil }
      return place - position - 1
    }
  }

  private mutating func emit(_ code: UInt16, _ k: UInt32) {
    pending.append(.raw(.init(code, 0, 0, k)))
  }

  private mutating func branch(_ code: UInt16, _ k: UInt32, _ whenTrue: Target, _ whenFalse: Target) {
    pending.append(.branch(code: code, k: k, whenTrue: whenTrue, whenFalse: whenFalse))
  }
}
