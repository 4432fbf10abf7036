import CPcap
import TrafficControl

/// pcap-filter(7) expressions, compiled by libpcap for the clsact hooks.
public enum FilterExpression {
  /// Why an expression cannot be compiled, in libpcap's words.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
  }

  /// The program for cls_bpf. Compiling takes no privilege and no device, and is the same for everybody.
  ///
  /// At the hooks the outer VLAN tag is in the frame's metadata, where libpcap looks for it only when it compiles for a live
  /// capture. So an expression with `vlan` is compiled twice: as it is, for frames that have a tag in their data or none, and with
  /// its first `vlan` asking the metadata, for frames that have a tag there. The program chooses.
  public static func program(for expression: String) throws(Failure) -> BPFProgram {
    guard let handle = unsafe pcap_open_dead(DLT_EN10MB, snapshotLength) else {
      throw Failure(description: "libpcap gave no handle")
    }
    defer { unsafe pcap_close(handle) }
    let code: [BPFProgram.Instruction]
    if let forMetadata = withTagInMetadata(expression) {
      // Each half may have nothing to match: no IP frame has its tag in its data, and yet "ip and vlan 10" is sensible.
      let inData = try unsafe compileHalf(expression, handle)
      let inMetadata = try unsafe compileHalf(forMetadata, handle)
      if inData == nil, inMetadata == nil { _ = try unsafe compile(expression, handle, .optimized) }
      code = choice(inMetadata: inMetadata ?? nothing, else: inData ?? nothing)
    } else {
      code = try unsafe compile(expression, handle, .optimized)
    }
    guard (1...4096).contains(code.count) else {
      throw Failure(description: "it takes \(code.count) instructions; the kernel accepts 4096")
    }
    return BPFProgram(code)
  }

  /// Bytes of a frame that a program returns for a match; the kernel would take the number for a class.
  private static let snapshotLength: Int32 = 262_144
  /// `BPF_RET | BPF_K`
  private static let returnConstant: UInt16 = 0x06
  /// A program that matches no frame.
  private static let nothing = [BPFProgram.Instruction(returnConstant, 0, 0, 0)]

  /// One program for frames with a tag in metadata, another for the rest.
  private static func choice(
    inMetadata: [BPFProgram.Instruction], else others: [BPFProgram.Instruction]
  ) -> [BPFProgram.Instruction] {
    // BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JEQ | BPF_K and BPF_JMP | BPF_JA, which alone can skip more than 255 instructions.
    let prologue = [
      BPFProgram.Instruction(0x20, 0, 0, vlanTagPresent), BPFProgram.Instruction(0x15, 1, 0, 1),
      BPFProgram.Instruction(0x05, 0, 0, UInt32(inMetadata.count)),
    ]
    return prologue + inMetadata + others
  }

  private enum Optimization: Int32 { case none, optimized }

  /// - Returns: `nil`: libpcap's optimizer finds that it matches no frame, which is an error to it.
  private static func compileHalf(
    _ expression: String, _ handle: OpaquePointer
  ) throws(Failure) -> [BPFProgram.Instruction]? {
    do throws(Failure) { return try unsafe compile(expression, handle, .optimized) } catch {
      _ = try unsafe compile(expression, handle, .none)
      return nil
    }
  }

  private static func compile(
    _ expression: String, _ handle: OpaquePointer, _ optimization: Optimization
  ) throws(Failure) -> [BPFProgram.Instruction] {
    var program = unsafe bpf_program()
    guard unsafe pcap_compile(handle, &program, expression, optimization.rawValue, PCAP_NETMASK_UNKNOWN) == 0 else {
      throw unsafe Failure(description: lastError(handle))
    }
    defer { unsafe pcap_freecode(&program) }
    let code = unsafe Array(UnsafeBufferPointer(start: program.bf_insns, count: Int(program.bf_len)))
    return code.map { instruction in
      let isMatch = instruction.code == returnConstant && instruction.k != 0
      return BPFProgram.Instruction(instruction.code, instruction.jt, instruction.jf, isMatch ? .max : instruction.k)
    }
  }

  private static func lastError(_ handle: OpaquePointer) -> String {
    guard let message = unsafe pcap_geterr(handle) else { return "libpcap gave no reason" }
    return unsafe String(cString: message)
  }
}

extension LinuxKernel {
  public func program(for expression: String) throws(KernelError) -> BPFProgram {
    do throws(FilterExpression.Failure) {
      return try FilterExpression.program(for: expression)
    } catch {
      throw KernelError(cause: .other, request: "filter \"\(expression)\"", text: error.description)
    }
  }
}
