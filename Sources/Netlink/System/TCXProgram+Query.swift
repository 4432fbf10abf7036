import CMnl
import Glibc
import TrafficControl

extension TCXProgram {
  /// The programs at a hook in the network namespace of the thread, in their order (bpf(2), `BPF_PROG_QUERY`). Takes CAP_NET_ADMIN.
  ///
  /// - Throws: `EINVAL` where the kernel knows no such programs, `EPERM` without the right to ask, `ENODEV`.
  static func all(at interface: UInt32, _ hook: Hook) throws(NetlinkFailure) -> [TCXProgram] {
    var ids = [UInt32](repeating: 0, count: mostPrograms)
    var query = Query(interface: interface, attachType: attachType(hook))
    let outcome = unsafe ids.withUnsafeMutableBytes { room in
      query.ids = UInt64(UInt(bitPattern: room.baseAddress))
      query.count = UInt32(mostPrograms)
      return unsafe mirrorctl_bpf(HeaderConstants.queryPrograms, &query, UInt32(MemoryLayout<Query>.size))
    }
    guard outcome == 0 else { throw .last }
    return ids.prefix(Int(query.count)).map { TCXProgram(id: $0, name: name(of: $0) ?? "") }
  }

  /// The name of a program; takes CAP_SYS_ADMIN.
  private static func name(of id: UInt32) -> String? {
    var identity = Identity(id: id)
    let descriptor = unsafe mirrorctl_bpf(
      HeaderConstants.openProgram, &identity, UInt32(MemoryLayout<Identity>.size))
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    var description = [UInt8](repeating: 0, count: nameEnd)
    let outcome = unsafe description.withUnsafeMutableBytes { room in
      var question = Question(
        descriptor: UInt32(descriptor), size: UInt32(room.count), room: UInt64(UInt(bitPattern: room.baseAddress)))
      return unsafe mirrorctl_bpf(HeaderConstants.describeObject, &question, UInt32(MemoryLayout<Question>.size))
    }
    return outcome == 0 ? description[nameStart...].text : nil
  }

  /// `BPF_TCX_INGRESS`, `BPF_TCX_EGRESS`
  private static func attachType(_ hook: Hook) -> UInt32 { hook == .ingress ? 46 : 47 }

  /// `BPF_MPROG_MAX`
  private static let mostPrograms = 64
  /// Where `name` is in `struct bpf_prog_info`.
  private static let nameStart = 64
  private static let nameEnd = 80

  /// The part of `union bpf_attr` for `BPF_PROG_QUERY`, as long as what the kernel writes there.
  private struct Query {
    var interface: UInt32
    var attachType: UInt32
    var queryFlags: UInt32 = 0
    var attachFlags: UInt32 = 0
    var ids: UInt64 = 0
    var count: UInt32 = 0
    var reserved: UInt32 = 0
    var attachFlagsOfEach: UInt64 = 0
    var links: UInt64 = 0
    var attachFlagsOfLinks: UInt64 = 0
    var revision: UInt64 = 0
  }

  /// The part for `BPF_PROG_GET_FD_BY_ID`.
  private struct Identity {
    var id: UInt32
    var next: UInt32 = 0
    var flags: UInt32 = 0
  }

  /// The part for `BPF_OBJ_GET_INFO_BY_FD`.
  private struct Question {
    var descriptor: UInt32
    var size: UInt32
    var room: UInt64
  }
}

extension LinuxKernel {
  public func tcxPrograms(at points: Set<HookPoint>) -> [HookPoint: [TCXProgram]] {
    var found: [HookPoint: [TCXProgram]] = [:]
    for point in points {
      guard let index = try? table.index(point.device) else { continue }
      do throws(NetlinkFailure) {
        let programs = try TCXProgram.all(at: index, point.hook)
        if !programs.isEmpty { found[point] = programs }
      } catch {
        guard error.errno == ENODEV else { return found }
      }
    }
    return found
  }
}
