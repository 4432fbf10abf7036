/// A classic program in the form in which many filters of cls_bpf can share it: an eBPF program whose name says what it does.
///
/// The kernel makes an object of its own of each classic program, also of equal ones, with memory of its own for the compiled
/// code; of an eBPF program it counts the references. But it tells nothing of an eBPF program's code, so the filter's name
/// (`TCA_BPF_NAME`) holds the classic one.
public struct SharedProgram: Hashable, Sendable {
  /// `mirrorctl1:` and the packed classic program in base64. The number is to be raised with every change of the packing or of
  /// the translation.
  public let name: String
  public let instructions: [ExtendedInstruction]

  private static let mark = Array("mirrorctl1:".utf8)
  /// `CLS_BPF_NAME_LEN` (net/sched/cls_bpf.c) without the terminating zero.
  static let nameLimit = 255

  /// `nil` where the program cannot be shared: its name would be too long, or it has no translation.
  public init?(_ program: BPFProgram) {
    guard let instructions = program.translation, let packed = program.packed else { return nil }
    name = String(decoding: Self.mark, as: UTF8.self) + Base64.text(of: packed)
    self.instructions = instructions
    guard name.utf8.count <= Self.nameLimit else { return nil }
  }

  /// The classic program that the bytes of a filter's name stand for; `nil` for a name that is not ours.
  public static func program(named name: ArraySlice<UInt8>, result: BPFProgram.Result) -> BPFProgram? {
    guard name.count > mark.count, name.prefix(mark.count) == mark[...] else { return nil }
    return Base64.bytes(of: name.dropFirst(mark.count)).flatMap { BPFProgram(packed: $0, result: result) }
  }
}

extension BPFProgram {
  /// Byte by byte: of each instruction the code, two distances where it is a conditional jump, and `k` as a variable-length
  /// number whose sign is in its lowest bit, for small numbers and metadata offsets are the most frequent.
  ///
  /// `nil` for what such a form does not tell: no program that the kernel takes.
  var packed: [UInt8]? {
    var bytes: [UInt8] = []
    for instruction in instructions {
      guard let code = UInt8(exactly: instruction.code) else { return nil }
      bytes.append(code)
      if Self.isBranch(code) {
        bytes += [instruction.jumpTrue, instruction.jumpFalse]
      } else {
        guard instruction.jumpTrue == 0, instruction.jumpFalse == 0 else { return nil }
      }
      let signed = Int32(bitPattern: instruction.k)
      var rest = UInt32(bitPattern: signed << 1 ^ signed >> 31)
      while rest >= 0x80 {
        bytes.append(UInt8(rest & 0x7f) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
    return bytes
  }

  init?(packed bytes: [UInt8], result: Result) {
    var rest = bytes[...]
    var instructions: [Instruction] = []
    while let code = rest.popFirst() {
      var (whenTrue, whenFalse): (UInt8, UInt8) = (0, 0)
      if Self.isBranch(code) {
        guard let first = rest.popFirst(), let second = rest.popFirst() else { return nil }
        (whenTrue, whenFalse) = (first, second)
      }
      guard let k = Self.takeNumber(&rest) else { return nil }
      instructions.append(Instruction(UInt16(code), whenTrue, whenFalse, k))
    }
    guard !instructions.isEmpty else { return nil }
    self.init(instructions, result: result)
  }

  private static func takeNumber(_ bytes: inout ArraySlice<UInt8>) -> UInt32? {
    var number: UInt64 = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      number |= UInt64(byte & 0x7f) << shift
      guard byte & 0x80 == 0 else { continue }
      guard let zigzag = UInt32(exactly: number) else { return nil }
      return zigzag >> 1 ^ (0 &- (zigzag & 1))
    }
    return nil
  }

  private static func isBranch(_ code: UInt8) -> Bool { code & 0x07 == 0x05 && code != 0x05 }
}
