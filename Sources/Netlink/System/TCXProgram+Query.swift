import CMnl
import Glibc
import TrafficControl

extension TCXProgram {
  /// - Parameter id: the number of a program; to learn its name takes CAP_SYS_ADMIN.
  init(of id: UInt32) { self.init(id: id, name: Self.name(of: id) ?? "") }

  private static func name(of id: UInt32) -> String? {
    var identity = Identity(id: id)
    let descriptor = unsafe mirrorctl_bpf(
      HeaderConstants.openProgram, &identity, UInt32(MemoryLayout<Identity>.size))
    guard descriptor >= 0 else { return nil }
    defer { _ = close(descriptor) }
    return (try? ProgramInformation(descriptor))?.name
  }

  /// The part of `union bpf_attr` for `BPF_PROG_GET_FD_BY_ID`.
  private struct Identity {
    var id: UInt32
    var next: UInt32 = 0
    var flags: UInt32 = 0
  }
}

/// What the kernel tells of a program (`BPF_OBJ_GET_INFO_BY_FD`, `struct bpf_prog_info`).
struct ProgramInformation {
  let id: UInt32
  let name: String

  /// - Parameter descriptor: of the program.
  init(_ descriptor: Int32) throws(NetlinkFailure) {
    var description = [UInt8](repeating: 0, count: Self.nameEnd)
    let outcome = unsafe description.withUnsafeMutableBytes { room in
      var question = Question(
        descriptor: UInt32(descriptor), size: UInt32(room.count), room: UInt64(UInt(bitPattern: room.baseAddress)))
      return unsafe mirrorctl_bpf(HeaderConstants.describeObject, &question, UInt32(MemoryLayout<Question>.size))
    }
    guard outcome == 0, let id = description[...].load(UInt32.self, at: Self.identityStart) else { throw .last }
    self.id = id
    name = description[Self.nameStart...].text
  }

  /// Where `id` and `name` are.
  private static let identityStart = 4
  private static let nameStart = 64
  private static let nameEnd = 80

  private struct Question {
    var descriptor: UInt32
    var size: UInt32
    var room: UInt64
  }
}
