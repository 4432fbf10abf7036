/// A classic BPF program as cls_bpf takes it (`TCA_BPF_OPS`; linux/filter.h).
public struct BPFProgram: Hashable, Sendable {
  /// `struct sock_filter`.
  public struct Instruction: Hashable, Sendable {
    public var code: UInt16
    public var jumpTrue: UInt8
    public var jumpFalse: UInt8
    public var k: UInt32

    public init(_ code: UInt16, _ jumpTrue: UInt8, _ jumpFalse: UInt8, _ k: UInt32) {
      self.code = code
      self.jumpTrue = jumpTrue
      self.jumpFalse = jumpFalse
      self.k = k
    }
  }

  /// What the program's result is.
  public enum Result: String, Hashable, Sendable {
    /// 0: no match, go on with the next filter; 0xffffffff: match, run the actions.
    case match
    /// The verdict itself (`TCA_BPF_FLAG_ACT_DIRECT`), one of `TC_ACT_*`.
    case verdict
  }

  /// 1...4096 (`BPF_MAXINSNS`).
  public var instructions: [Instruction]
  public var result: Result

  public init(_ instructions: [Instruction], result: Result = .match) {
    self.instructions = instructions
    self.result = result
  }

  /// Matches every frame.
  public static let matchAll = BPFProgram([Instruction(0x06, 0, 0, 0xffff_ffff)])
  /// Drops every frame without an action (`TC_ACT_SHOT`).
  public static let drop = BPFProgram([Instruction(0x06, 0, 0, 2)], result: .verdict)
}
