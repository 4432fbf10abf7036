import CMnl
import Glibc
import TrafficControl

/// The tcx programs at a hook of an interface, in the network namespace of the thread (bpf(2); Linux 6.6).
///
/// Programs that are attached here stay without a process, until they are detached or the interface goes.
struct TCXHook: Hashable {
  let interface: UInt32
  let hook: Hook

  /// What is attached, and how often that has changed.
  struct Contents {
    /// In the order in which they run.
    var ids: [UInt32]
    var revision: UInt64
  }

  /// Asks for the programs (`BPF_PROG_QUERY`). Takes CAP_NET_ADMIN.
  ///
  /// - Throws: `EINVAL` where the kernel knows no such programs, `EPERM` without the right to ask, `ENODEV`.
  func contents() throws(NetlinkFailure) -> Contents {
    var ids = [UInt32](repeating: 0, count: Self.mostPrograms)
    var query = Query(interface: interface, attachType: attachType)
    let outcome = unsafe ids.withUnsafeMutableBytes { room in
      query.ids = UInt64(UInt(bitPattern: room.baseAddress))
      query.count = UInt32(Self.mostPrograms)
      return unsafe mirrorctl_bpf(HeaderConstants.queryPrograms, &query, UInt32(MemoryLayout<Query>.size))
    }
    guard outcome == 0 else { throw .last }
    return Contents(ids: Array(ids.prefix(Int(query.count))), revision: query.revision)
  }

  /// Attaches a program before all others (`BPF_PROG_ATTACH`, `BPF_F_BEFORE`).
  func attachFirst(_ program: LoadedProgram) throws(NetlinkFailure) {
    let request = Attachment(
      interface: interface, program: UInt32(program.descriptor), attachType: attachType, flags: HeaderConstants.before)
    try change(HeaderConstants.attachProgram, request)
  }

  /// Detaches a program; nothing happens where it is not attached.
  ///
  /// To name it by its number takes CAP_SYS_ADMIN, so it is named by its place: the first, or the one behind another.
  func detach(_ id: UInt32) throws(NetlinkFailure) {
    for attempt in 1... {
      let contents = try contents()
      guard let place = contents.ids.firstIndex(of: id) else { return }
      var request = Attachment(
        interface: interface, attachType: attachType, flags: HeaderConstants.before, revision: contents.revision)
      if place > 0 {
        request.flags = HeaderConstants.after | HeaderConstants.byIdentity
        request.relative = contents.ids[place - 1]
      }
      do throws(NetlinkFailure) { return try change(HeaderConstants.detachProgram, request) } catch {
        // Somebody else attaches and detaches.
        guard error.errno == ESTALE || error.errno == ENOENT, attempt < Self.mostAttempts else { throw error }
      }
    }
  }

  /// Attaches a program for a moment.
  func takes(_ program: LoadedProgram) -> Bool {
    var request = Attachment(
      interface: interface, program: UInt32(program.descriptor), attachType: attachType, flags: HeaderConstants.before)
    let size = UInt32(MemoryLayout<Attachment>.size)
    guard unsafe mirrorctl_bpf(HeaderConstants.attachProgram, &request, size) == 0 else { return false }
    request.flags = 0
    return unsafe mirrorctl_bpf(HeaderConstants.detachProgram, &request, size) == 0
  }

  private func change(_ command: Int32, _ request: Attachment) throws(NetlinkFailure) {
    KillPoint.pass()
    var request = request
    guard unsafe mirrorctl_bpf(command, &request, UInt32(MemoryLayout<Attachment>.size)) == 0 else { throw .last }
  }

  /// `BPF_TCX_INGRESS`, `BPF_TCX_EGRESS`
  private var attachType: UInt32 { hook == .ingress ? 46 : 47 }

  /// `BPF_MPROG_MAX`
  private static let mostPrograms = 64
  private static let mostAttempts = 16

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

  /// The part for `BPF_PROG_ATTACH` and `BPF_PROG_DETACH`.
  private struct Attachment {
    var interface: UInt32
    var program: UInt32 = 0
    var attachType: UInt32
    var flags: UInt32
    var replaced: UInt32 = 0
    var relative: UInt32 = 0
    var revision: UInt64 = 0
  }
}
