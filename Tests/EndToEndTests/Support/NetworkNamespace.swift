import CLinux
import Glibc

/// A named network namespace, as `ip netns` keeps them under `/run/netns`.
struct NetworkNamespace: Hashable, Sendable, CustomStringConvertible {
  let name: String

  var description: String { name }

  /// Runs a function with the calling thread in the namespace, and takes the thread back.
  ///
  /// Sockets that it opens and processes that it starts belong to the namespace from then on. The mounts do not change:
  /// `/sys` goes on showing the outer one.
  func enter<Result: ~Copyable>(_ body: () throws -> Result) throws -> Result {
    let outer = try FileDescriptor("open own namespace", unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC))
    let inner = try FileDescriptor("open \(name)", unsafe open("/run/netns/\(name)", O_RDONLY | O_CLOEXEC))
    try checked("setns \(name)", setns(inner.number, CLONE_NEWNET))
    defer { precondition(setns(outer.number, CLONE_NEWNET) == 0, "cannot leave namespace \(name)") }
    return try body()
  }

  /// Sets one value below `/proc/sys/net` of the namespace; a value that the kernel does not have is left alone.
  func setParameter(_ path: String, to value: String) throws {
    try enter {
      let number = unsafe open("/proc/sys/net/\(path)", O_WRONLY | O_CLOEXEC)
      if number < 0, errno == ENOENT { return }
      try FileDescriptor("open \(path)", number).write(Array(value.utf8))
    }
  }
}
