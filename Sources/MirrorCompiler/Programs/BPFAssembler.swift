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

  /// Adds a whole program, whose results become jumps: `RET 0` to the one label, any other to the other.
  mutating func append(_ program: BPFProgram, hit: Label, miss: Label) {
    pending += program.instructions.map { instruction in
      guard instruction.code == Self.returnConstant else { return .raw(instruction) }
      return .jump(instruction.k == 0 ? miss : hit)
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
