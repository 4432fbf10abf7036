import CLinux
import Glibc

/// A named network namespace, as `ip netns` keeps them under `/run/netns`.
struct NetworkNamespace: Hashable, Sendable, CustomStringConvertible {
  let name: String

  var description: String { name }

  private static let folder = "/run/netns"
  private var path: String { "\(Self.folder)/\(name)" }

  /// Makes it, as `ip netns add` does.
  func make() throws {
    try Self.shareFolder
    _ = try FileDescriptor("create \(path)", unsafe Glibc.open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0))
    let outer = try FileDescriptor("open own namespace", unsafe Glibc.open(Self.own, O_RDONLY | O_CLOEXEC))
    try checked("unshare", unshare(CLONE_NEWNET))
    defer { precondition(setns(outer.number, CLONE_NEWNET) == 0, "cannot leave namespace \(name)") }
    try unsafe checked("mount \(path)", mount(Self.own, path, "none", UInt(MS_BIND), nil))
  }

  /// Removes its name, as `ip netns delete` does; it goes with the last process and socket in it.
  func remove() throws {
    try unsafe checked("umount \(path)", umount2(path, Int32(MNT_DETACH)))
    try unsafe checked("unlink \(path)", unlink(path))
  }

  /// A descriptor that stands for it.
  func open() throws -> FileDescriptor {
    try FileDescriptor("open \(path)", unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC))
  }

  private static let own = "/proc/thread-self/ns/net"

  /// Lets mounts in the folder reach, and leave, all mount namespaces.
  private static var shareFolder: Void {
    get throws {
      _ = unsafe mkdir(folder, 0o755)
      let share = { unsafe mount("none", folder, "none", UInt(MS_SHARED | MS_REC), nil) }
      if share() == 0 { return }
      try unsafe checked("mount \(folder)", mount(folder, folder, "none", UInt(MS_BIND | MS_REC), nil))
      try checked("share \(folder)", share())
    }
  }

  /// Runs a function with the calling thread in the namespace, and takes the thread back.
  ///
  /// Sockets that it opens and processes that it starts belong to the namespace from then on. The mounts do not change:
  /// `/sys` goes on showing the outer one.
  func enter<Result: ~Copyable>(_ body: () throws -> Result) throws -> Result {
    let outer = try FileDescriptor("open own namespace", unsafe Glibc.open(Self.own, O_RDONLY | O_CLOEXEC))
    let inner = try open()
    try checked("setns \(name)", setns(inner.number, CLONE_NEWNET))
    defer { precondition(setns(outer.number, CLONE_NEWNET) == 0, "cannot leave namespace \(name)") }
    return try body()
  }

  /// Sets one value below `/proc/sys/net` of the namespace; a value that the kernel does not have is left alone.
  func setParameter(_ path: String, to value: String) throws {
    try enter {
      let number = unsafe Glibc.open("/proc/sys/net/\(path)", O_WRONLY | O_CLOEXEC)
      if number < 0, errno == ENOENT { return }
      try FileDescriptor("open \(path)", number).write(Array(value.utf8))
    }
  }

  /// Lets an interface use a neighbour's address as long as it is known, without asking again by ARP.
  func confirmNoNeighbours(of interface: String) throws {
    try setParameter("ipv4/neigh/\(interface)/delay_first_probe_time", to: "600")
  }
}
