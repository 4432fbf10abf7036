import CMnl
import Glibc
import TrafficControl

/// An eBPF program that the kernel has checked and holds as long as this or a filter refers to it (bpf(2), `BPF_PROG_LOAD`).
final class LoadedProgram {
  let descriptor: Int32
  /// What filters with it tell, for the kernel does not tell its code (`TCA_BPF_NAME`).
  let filterName: String

  /// `BPF_OBJ_NAME_LEN`, the terminating zero included.
  private static let nameLength = 16
  private static let logLength = 65_536

  /// Loads a classifier. Takes CAP_BPF, or CAP_SYS_ADMIN before Linux 5.8, and CAP_NET_ADMIN.
  ///
  /// - Parameters:
  ///   - name: for people who list programs: letters, digits, `_` and `.`, of which 15 are kept.
  ///   - filterName: see ``filterName``.
  /// - Throws: with what the kernel's verifier says.
  init(_ instructions: [ExtendedInstruction], name: String, filterName: String) throws(NetlinkFailure) {
    self.filterName = filterName
    var log = [UInt8](repeating: 0, count: Self.logLength)
    var number = Self.load(instructions, name, &log, level: 0)
    if number < 0 {
      let failure = NetlinkFailure.last
      number = Self.load(instructions, name, &log, level: 1)
      guard number >= 0 else { throw Self.failure(failure, log: log) }
    }
    descriptor = number
  }

  deinit { _ = close(descriptor) }

  private static func failure(_ failure: NetlinkFailure, log: [UInt8]) -> NetlinkFailure {
    let lines = log[...].text.split(separator: "\n").suffix(4).joined(separator: "; ")
    var failure = failure
    let text = "the eBPF program cannot be loaded: \(SystemText.of(failure.errno))"
    failure.text = lines.isEmpty ? text : "\(text): \(lines)"
    // Kernels without bpf(2) have no such call; those that keep it from everybody say EPERM.
    if failure.errno == ENOSYS { failure.cause = .notSupported }
    return failure
  }

  private static func load(
    _ instructions: [ExtendedInstruction], _ name: String, _ log: inout [UInt8], level: UInt32
  ) -> Int32 {
    let code = instructions.flatMap(\.bytes)
    let license = Array("GPL".utf8) + [0]
    var request = Request(type: HeaderConstants.classifierProgram, count: UInt32(instructions.count))
    unsafe withUnsafeMutableBytes(of: &request.name) { room in
      unsafe room.copyBytes(from: name.utf8.prefix(nameLength - 1))
    }
    return unsafe code.withUnsafeBytes { code in
      unsafe license.withUnsafeBytes { license in
        unsafe log.withUnsafeMutableBytes { log in
          request.instructions = UInt64(UInt(bitPattern: code.baseAddress))
          request.license = UInt64(UInt(bitPattern: license.baseAddress))
          if level > 0 {
            request.logLevel = level
            request.logSize = UInt32(log.count)
            request.log = UInt64(UInt(bitPattern: log.baseAddress))
          }
          let size = UInt32(MemoryLayout<Request>.size)
          return unsafe mirrorctl_bpf(HeaderConstants.loadProgram, &request, size)
        }
      }
    }
  }

  /// The part of `union bpf_attr` for `BPF_PROG_LOAD`; the kernel takes the rest for zeros.
  private struct Request {
    var type: UInt32
    var count: UInt32
    var instructions: UInt64 = 0
    var license: UInt64 = 0
    var logLevel: UInt32 = 0
    var logSize: UInt32 = 0
    var log: UInt64 = 0
    var kernelVersion: UInt32 = 0
    var flags: UInt32 = 0
    var name: (UInt64, UInt64) = (0, 0)
  }
}

extension LoadedProgram {
  convenience init(_ edit: FrameEdit) throws(NetlinkFailure) {
    try self.init(edit.instructions, name: edit.objectName, filterName: edit.name)
  }

  convenience init(_ program: SharedProgram) throws(NetlinkFailure) {
    try self.init(program.instructions, name: "mirrorctl", filterName: program.name)
  }
}
