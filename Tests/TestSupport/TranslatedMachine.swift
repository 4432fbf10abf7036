import TrafficControl

/// Runs eBPF programs that stand for classic ones, guarded or not, and tcx programs of ours: what they use of the instruction set (RFC 9669), of
/// `struct __sk_buff` and of helpers, and the loads of frames that the kernel has kept from classic BPF.
public struct TranslatedMachine {
  /// - Returns: the program's result; `nil` where it does what the kernel's verifier refuses, or does not end.
  public static func run(_ program: [ExtendedInstruction], on frame: Frame) -> UInt32? {
    var machine = TranslatedMachine(frame)
    return machine.run(program)
  }

  /// What a tcx program leaves behind.
  public struct Passage: Hashable, Sendable {
    /// As a program returns it.
    public var verdict: Int32
    /// The interfaces that copies were sent to, by number, in order.
    public var copies: [UInt32]
    /// `__sk_buff.cb`
    public var control: [UInt32]

    public init(verdict: Int32, copies: [UInt32], control: [UInt32]) {
      self.verdict = verdict
      self.copies = copies
      self.control = control
    }
  }

  /// - Parameters:
  ///   - control: `__sk_buff.cb` as other programs have left it: five words.
  ///   - inputInterface: `skb_iif`; 0: the host itself made the frame.
  ///   - interface: at one of whose hooks the program is.
  /// - Returns: `nil` where the program does what the kernel's verifier refuses, or does not end.
  public static func pass(
    _ program: [ExtendedInstruction], _ frame: Frame, control: [UInt32] = [0, 0, 0, 0, 0],
    from inputInterface: UInt32 = 0, at interface: UInt32 = 1
  ) -> Passage? {
    var machine = TranslatedMachine(frame)
    machine.interface = interface
    machine.control = control
    machine.inputInterface = inputInterface
    return machine.run(program).map {
      Passage(verdict: Int32(bitPattern: $0), copies: machine.copies, control: machine.control)
    }
  }

  private mutating func run(_ program: [ExtendedInstruction]) -> UInt32? {
    var position = 0
    while program.indices.contains(position) {
      let instruction = program[position]
      position += 1
      switch step(instruction) {
      case .next: break
      case .jump: position += Int(instruction.offset)
      case .end: return registers[0].flatMap { UInt32(exactly: $0 & 0xffff_ffff) }
      case .refused: return nil
      }
    }
    return nil
  }

  private enum Outcome { case next, jump, end, refused }

  private let frame: Frame
  /// `nil`: never written to, which the verifier refuses to read.
  private var registers = [UInt64?](repeating: nil, count: 11)
  private var stack: [Int16: UInt32] = [:]
  private var control: [UInt32] = []
  private var inputInterface: UInt32?
  private var interface: UInt32?
  private var copies: [UInt32] = []
  private static let context: UInt64 = 0xc000_0000_0000_0000
  private static let top: UInt64 = 0xf000_0000_0000_0000

  private init(_ frame: Frame) {
    self.frame = frame
    registers[1] = Self.context
    registers[10] = Self.top
  }

  private mutating func step(_ instruction: ExtendedInstruction) -> Outcome {
    switch instruction.code & 0x07 {
    case 0x00: return loadFrame(instruction)
    case 0x01: return load(instruction)
    case 0x03: return store(instruction)
    case 0x05 where instruction.code == 0x85: return call(instruction)
    case 0x05: return instruction.code == 0x95 ? .end : jump(instruction)
    default: return compute(instruction)
    }
  }

  /// `bpf_clone_redirect` without flags.
  private mutating func call(_ instruction: ExtendedInstruction) -> Outcome {
    guard inputInterface != nil, instruction.immediate == 13, registers[1] == Self.context, registers[3] == 0,
      let interface = registers[2].flatMap(UInt32.init(exactly:))
    else { return .refused }
    copies.append(interface)
    for register in 1...5 { registers[register] = nil }
    registers[0] = 0
    return .next
  }

  private func operand(_ instruction: ExtendedInstruction) -> UInt64? {
    instruction.code & 0x08 == 0
      ? UInt64(bitPattern: Int64(instruction.immediate)) : registers[Int(instruction.source.rawValue)]
  }

  /// What the frame does not have ends the program with 0; what was in the first registers is lost.
  private mutating func loadFrame(_ instruction: ExtendedInstruction) -> Outcome {
    guard registers[6] == Self.context else { return .refused }
    let isIndirect = instruction.code & 0xe0 == 0x40
    guard isIndirect || instruction.code & 0xe0 == 0x20 else { return .refused }
    var start = Int64(instruction.immediate)
    if isIndirect {
      guard let index = registers[Int(instruction.source.rawValue)] else { return .refused }
      start = Int64(UInt32(truncatingIfNeeded: index)) + Int64(UInt32(bitPattern: instruction.immediate))
    }
    guard let width = [0x00: 4, 0x08: 2, 0x10: 1][instruction.code & 0x18], start >= 0 else { return .refused }
    for register in 0...5 { registers[register] = nil }
    guard start + Int64(width) <= frame.bytes.count else {
      registers[0] = 0
      return .end
    }
    registers[0] = frame.bytes[Int(start)..<Int(start) + width].reduce(0) { $0 << 8 | UInt64($1) }
    return .next
  }

  private mutating func load(_ instruction: ExtendedInstruction) -> Outcome {
    guard instruction.code == 0x61 else { return .refused }
    let value: UInt32?
    switch registers[Int(instruction.source.rawValue)] {
    case Self.context: value = field(at: instruction.offset)
    case Self.top: value = stack[instruction.offset]
    default: value = nil
    }
    guard let value else { return .refused }
    registers[Int(instruction.destination.rawValue)] = UInt64(value)
    return .next
  }

  private func field(at offset: Int16) -> UInt32? {
    switch offset {
    case 0: UInt32(frame.bytes.count)
    case 4: BPFMachine.packetType
    case 8: frame.mark
    case 16: UInt32(frame.outerProtocol.rawValue.byteSwapped)
    case 20: frame.tag == nil ? 0 : 1
    case 24: UInt32(frame.tag?.control ?? 0)
    case 28: UInt32(frame.tag?.tagProtocol.rawValue.byteSwapped ?? 0)
    case 36: inputInterface
    case 40: interface
    default: word(at: offset).map { control[$0] }
    }
  }

  /// Which word of `cb` is somewhere.
  private func word(at offset: Int16) -> Int? {
    guard offset >= 48, offset % 4 == 0 else { return nil }
    let word = (Int(offset) - 48) / 4
    return control.indices.contains(word) ? word : nil
  }

  private mutating func store(_ instruction: ExtendedInstruction) -> Outcome {
    if instruction.code == 0x63, registers[Int(instruction.destination.rawValue)] == Self.context,
      let word = word(at: instruction.offset), let value = registers[Int(instruction.source.rawValue)]
    {
      control[word] = UInt32(truncatingIfNeeded: value)
      return .next
    }
    guard instruction.code == 0x63, registers[Int(instruction.destination.rawValue)] == Self.top,
      (-512 ... -4).contains(instruction.offset), instruction.offset % 4 == 0,
      let value = registers[Int(instruction.source.rawValue)]
    else { return .refused }
    stack[instruction.offset] = UInt32(truncatingIfNeeded: value)
    return .next
  }

  private func jump(_ instruction: ExtendedInstruction) -> Outcome {
    if instruction.code == 0x05 { return .jump }
    guard let left = registers[Int(instruction.destination.rawValue)], let right = operand(instruction) else {
      return .refused
    }
    let isTrue: Bool
    switch instruction.code & 0xf0 {
    case 0x10: isTrue = left == right
    case 0x20: isTrue = left > right
    case 0x30: isTrue = left >= right
    case 0x40: isTrue = left & right != 0
    case 0x50: isTrue = left != right
    case 0xa0: isTrue = left < right
    case 0xb0: isTrue = left <= right
    default: return .refused
    }
    return isTrue ? .jump : .next
  }

  private mutating func compute(_ instruction: ExtendedInstruction) -> Outcome {
    let place = Int(instruction.destination.rawValue)
    if instruction.code == 0xdc {
      guard instruction.immediate == 16, let value = registers[place] else { return .refused }
      registers[place] = UInt64(UInt16(truncatingIfNeeded: value).byteSwapped)
      return .next
    }
    guard let operand = operand(instruction) else { return .refused }
    if instruction.code == 0xb7 || instruction.code == 0xbf {
      registers[place] = operand
      return .next
    }
    if instruction.code == 0x07, let value = registers[place] {
      registers[place] = value &+ operand
      return .next
    }
    let right = UInt32(truncatingIfNeeded: operand)
    guard instruction.code & 0x07 == 0x04 else { return .refused }
    guard instruction.code & 0xf0 != 0xb0 else {
      registers[place] = UInt64(right)
      return .next
    }
    guard let old = registers[place] else { return .refused }
    guard let result = Self.result(instruction.code & 0xf0, UInt32(truncatingIfNeeded: old), right) else {
      return .refused
    }
    registers[place] = UInt64(result)
    return .next
  }

  private static func result(_ operation: UInt8, _ left: UInt32, _ right: UInt32) -> UInt32? {
    switch operation {
    case 0x00: left &+ right
    case 0x10: left &- right
    case 0x20: left &* right
    case 0x30: right == 0 ? 0 : left / right
    case 0x40: left | right
    case 0x50: left & right
    case 0x60: left &<< right
    case 0x70: left &>> right
    case 0x80: 0 &- left
    case 0x90: right == 0 ? left : left % right
    case 0xa0: left ^ right
    default: nil
    }
  }
}
