import CLinux
import Glibc
import TrafficControl

@testable import Netlink

/// A tcx program at a hook of an interface, as an agent of somebody else has it.
struct TCXAttachment {
  private let program: LoadedProgram
  private let interface: UInt32
  private let hook: Hook

  /// Where it is attached, of the programs that are there.
  enum Place { case first, last }
  private let namespace: NetworkNamespace

  /// `TCX_NEXT`
  static let next: Int32 = -1

  /// - Parameter rounds: how often it goes through a loop of two instructions first, so that frames are under way for longer.
  /// - Returns: `nil`: the kernel has no such programs (before Linux 6.6, or without `CONFIG_NET_XGRESS`).
  init?(
    _ name: String, returning verdict: Int32, at interface: String, _ hook: Hook, _ place: Place = .last,
    rounds: Int32 = 1, in namespace: NetworkNamespace
  ) throws {
    // r1 = rounds; do r1 += -1; while (r1 != 0); return verdict
    let code = [
      ExtendedInstruction(0xb7, .r1, immediate: rounds), ExtendedInstruction(0x07, .r1, immediate: -1),
      ExtendedInstruction(0x55, .r1, offset: -2), ExtendedInstruction(0xb7, immediate: verdict),
      ExtendedInstruction(0x95),
    ]
    guard let program = try? LoadedProgram(code, name: name, filterName: name) else { return nil }
    self.program = program
    self.hook = hook
    self.namespace = namespace
    self.interface = try namespace.enter { unsafe if_nametoindex(interface) }
    guard try call(Self.attach, flags: place == .first ? Self.before : 0) else {
      guard errno == EINVAL else { throw SystemError("attach a tcx program") }
      return nil
    }
  }

  func detach() throws {
    guard try call(Self.detach) else { throw SystemError("detach a tcx program") }
  }

  private func call(_ command: Int32, flags: UInt32 = 0) throws -> Bool {
    var request = Request(
      interface: interface, program: UInt32(program.descriptor), type: hook == .ingress ? 46 : 47, flags: flags)
    return try namespace.enter { unsafe test_bpf(command, &request, UInt32(MemoryLayout<Request>.size)) } == 0
  }

  /// `BPF_PROG_ATTACH`, `BPF_PROG_DETACH`
  private static let attach: Int32 = 8
  private static let detach: Int32 = 9
  /// `BPF_F_BEFORE`
  private static let before: UInt32 = 1 << 3

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

extension NetworkNamespace {
  /// The numbers of the tcx programs at a hook, in their order; `nil`: the kernel has no such programs.
  func programs(at interface: String, _ hook: Hook) throws -> [UInt32]? {
    try enter {
      let number = unsafe if_nametoindex(interface)
      do throws(NetlinkFailure) { return try TCXHook(interface: number, hook: hook).contents().ids } catch {
        guard error.errno == EINVAL else { throw error }
        return nil
      }
    }
  }
}
