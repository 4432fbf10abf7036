import CLinux
import Glibc
import TrafficControl

@testable import Netlink

/// A tcx program at a hook of an interface, as an agent of somebody else has it.
struct TCXAttachment {
  private let program: LoadedProgram
  private let interface: UInt32
  private let hook: Hook
  private let namespace: NetworkNamespace

  /// - Returns: `nil`: the kernel has no such programs (before Linux 6.6, or without `CONFIG_NET_XGRESS`).
  init?(
    _ name: String, returning verdict: Int32, at interface: String, _ hook: Hook, in namespace: NetworkNamespace
  ) throws {
    let code = [ExtendedInstruction(0xb7, immediate: verdict), ExtendedInstruction(0x95)]
    guard let program = try? LoadedProgram(code, name: name, filterName: name) else { return nil }
    self.program = program
    self.hook = hook
    self.namespace = namespace
    self.interface = try namespace.enter { unsafe if_nametoindex(interface) }
    guard try call(Self.attach) else {
      guard errno == EINVAL else { throw SystemError("attach a tcx program") }
      return nil
    }
  }

  func detach() throws {
    guard try call(Self.detach) else { throw SystemError("detach a tcx program") }
  }

  private func call(_ command: Int32) throws -> Bool {
    var request = Request(interface: interface, program: UInt32(program.descriptor), type: hook == .ingress ? 46 : 47)
    return try namespace.enter { unsafe test_bpf(command, &request, UInt32(MemoryLayout<Request>.size)) } == 0
  }

  /// `BPF_PROG_ATTACH`, `BPF_PROG_DETACH`
  private static let attach: Int32 = 8
  private static let detach: Int32 = 9

  /// The part of `union bpf_attr` for both.
  private struct Request {
    var interface: UInt32
    var program: UInt32
    var type: UInt32
    var flags: UInt32 = 0
    var replaced: UInt32 = 0
    var relative: UInt32 = 0
    var revision: UInt64 = 0
  }
}
