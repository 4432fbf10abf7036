import Glibc
import TrafficControl

/// Keeps two programs from changing the same network namespace at the same time: a file lock, held until the value goes away.
///
/// The file is `/run/mirrorctl/INODE.lock`, by the inode of the calling thread's network namespace (flock(2)). It stays when the
/// lock is given back; the kernel gives it back when the process ends.
public struct ApplyLock: ~Copyable {
  private let file: FileDescriptor

  /// Takes the lock.
  ///
  /// - Parameters:
  ///   - patience: seconds to wait while another program holds it.
  ///   - directory: where the lock files are; it must be a directory that only its owner can write to.
  ///   - isInterrupted: asked while waiting; when it says yes, the lock is not taken.
  /// - Throws: `.inTheWay` where another program still holds it.
  public init(
    patience: Int, directory: String = "/run/mirrorctl", isInterrupted: () -> Bool = { false }
  ) throws(KernelError) {
    do throws(NetlinkFailure) {
      let name = "\(try NetworkNamespace.identity()).lock"
      file = try Self.lock(try Self.open(name, in: directory), patience, isInterrupted)
    } catch {
      throw KernelError(error, request: "lock \(directory)")
    }
  }

  deinit {
    file.close()
  }

  private static func open(_ name: String, in path: String) throws(NetlinkFailure) -> FileDescriptor {
    if unsafe mkdir(path, 0o755) != 0, errno != EEXIST { throw .last }
    let directory = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard directory >= 0 else { throw .last }
    defer { _ = Glibc.close(directory) }
    var information = stat()
    guard unsafe fstat(directory, &information) == 0 else { throw .last }
    guard information.st_uid == geteuid(), information.st_mode & 0o022 == 0 else {
      throw NetlinkFailure(errno: EPERM, text: "\(path) belongs to another user or others can write to it")
    }
    let number = unsafe openat(directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard number >= 0 else { throw .last }
    return FileDescriptor(number: number)
  }

  private static let pauseMicroseconds: UInt32 = 20_000

  private static func lock(
    _ file: FileDescriptor, _ patience: Int, _ isInterrupted: () -> Bool
  ) throws(NetlinkFailure) -> FileDescriptor {
    do throws(NetlinkFailure) { try wait(for: file, patience, isInterrupted) } catch {
      file.close()
      throw error
    }
    return file
  }

  private static func wait(
    for file: FileDescriptor, _ patience: Int, _ isInterrupted: () -> Bool
  ) throws(NetlinkFailure) {
    let attempts = max(0, patience) * (1_000_000 / Int(pauseMicroseconds))
    for attempt in 0...attempts {
      if flock(file.number, LOCK_EX | LOCK_NB) == 0 { return }
      guard errno == EWOULDBLOCK || errno == EINTR else { throw .last }
      if isInterrupted() {
        throw NetlinkFailure(errno: 0, text: "interrupted while waiting for the lock", cause: .interrupted)
      }
      if attempt < attempts { usleep(pauseMicroseconds) }
    }
    throw NetlinkFailure(
      errno: EWOULDBLOCK,
      text: "another program is changing the mirrors of this network namespace; gave up after \(patience) s",
      cause: .inTheWay)
  }
}
