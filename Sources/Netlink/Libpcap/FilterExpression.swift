import CPcap
import TrafficControl

/// pcap-filter(7) expressions, compiled by libpcap for the clsact hooks.
public enum FilterExpression {
  /// Why an expression cannot be compiled, in libpcap's words.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
  }

  /// Checks the syntax; needs no privilege.
  public static func check(_ expression: String) throws(Failure) {
    guard let handle = unsafe pcap_open_dead(DLT_EN10MB, snapshotLength) else {
      throw Failure(description: "libpcap gave no handle")
    }
    defer { unsafe pcap_close(handle) }
    _ = try unsafe compile(expression, handle)
  }

  /// The program for cls_bpf.
  ///
  /// At the hooks the outer VLAN tag is in the frame's metadata. libpcap looks for it there only when it compiles for a live
  /// capture, so that one is opened on the loopback device; nothing is captured. That takes CAP_NET_RAW.
  public static func program(for expression: String) throws(Failure) -> BPFProgram {
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    guard let handle = unsafe message.withUnsafeMutableBufferPointer({ unsafe pcap_create("lo", $0.baseAddress) })
    else {
      throw Failure(description: text(of: message))
    }
    defer { unsafe pcap_close(handle) }
    guard unsafe pcap_activate(handle) >= 0 else { throw unsafe Failure(description: lastError(handle)) }
    return try unsafe compile(expression, handle)
  }

  /// Bytes of a frame that a program returns for a match; the kernel would take the number for a class.
  private static let snapshotLength: Int32 = 262_144
  /// `BPF_RET | BPF_K`
  private static let returnConstant: UInt16 = 0x06

  private static func compile(_ expression: String, _ handle: OpaquePointer) throws(Failure) -> BPFProgram {
    var program = unsafe bpf_program()
    guard unsafe pcap_compile(handle, &program, expression, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
      throw unsafe Failure(description: lastError(handle))
    }
    defer { unsafe pcap_freecode(&program) }
    let code = unsafe Array(UnsafeBufferPointer(start: program.bf_insns, count: Int(program.bf_len)))
    let instructions = code.map { instruction in
      let isMatch = instruction.code == returnConstant && instruction.k != 0
      return BPFProgram.Instruction(instruction.code, instruction.jt, instruction.jf, isMatch ? .max : instruction.k)
    }
    guard (1...4096).contains(instructions.count) else {
      throw Failure(description: "it takes \(instructions.count) instructions; the kernel accepts 4096")
    }
    return BPFProgram(instructions)
  }

  private static func lastError(_ handle: OpaquePointer) -> String {
    guard let message = unsafe pcap_geterr(handle) else { return "libpcap gave no reason" }
    return unsafe String(cString: message)
  }

  private static func text(of message: [CChar]) -> String {
    String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
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
