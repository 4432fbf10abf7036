import Glibc

/// A file that stands for a lock on the calling thread's network namespace (flock(2)), in a directory that nobody else can change.
///
/// Whoever gives the lock back removes the file, so that none is left of namespaces that are gone; only a program that is killed
/// leaves one. So who has locked a file looks whether it still has a name: else it stands for nothing.
struct LockFile {
  /// What to do where there is no such file.
  enum Absence {
    case create
    case fail
  }

  /// Opens `DIRECTORY/INODE.KIND`, by the inode of the network namespace.
  ///
  /// - Throws: `EPERM` where others than the directory's owner, who must be us, can write to it.
  static func open(
    _ kind: String, in path: String, _ absence: Absence = .create
  ) throws(NetlinkFailure) -> LockFile {
    let name = "\(try NetworkNamespace.identity()).\(kind)"
    if absence == .create, unsafe mkdir(path, 0o755) != 0, errno != EEXIST { throw .last }
    let directory = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard directory >= 0 else { throw .last }
    defer { _ = Glibc.close(directory) }
    var information = stat()
    guard unsafe fstat(directory, &information) == 0 else { throw .last }
    guard information.st_uid == geteuid(), information.st_mode & 0o022 == 0 else {
      throw NetlinkFailure(errno: EPERM, text: "\(path) belongs to another user or others can write to it")
    }
    let flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | (absence == .create ? O_CREAT : 0)
    let number = unsafe openat(directory, name, flags, 0o600)
    guard number >= 0 else { throw .last }
    return LockFile(file: FileDescriptor(number: number), path: "\(path)/\(name)")
  }

  /// Takes the lock where nobody has it, without waiting.
  ///
  /// - Parameter opened: called when the file is open and not yet locked.
  /// - Returns: `nil` where somebody has it.
  static func lock(
    _ kind: String, in path: String, opened: () -> Void = {}
  ) throws(NetlinkFailure) -> LockFile? {
    while true {
      let lock = try open(kind, in: path)
      opened()
      do throws(NetlinkFailure) {
        guard try lock.file.tryLock(LOCK_EX) else {
          lock.file.close()
          return nil
        }
      } catch {
        lock.file.close()
        throw error
      }
      if lock.hasName { return lock }
      lock.file.close()
    }
  }

  let file: FileDescriptor
  private let path: String

  private var hasName: Bool {
    var information = stat()
    return unsafe fstat(file.number, &information) == 0 && information.st_nlink > 0
  }

  /// Gives the lock back, and removes the file.
  func release() {
    unsafe unlink(path)
    file.close()
  }
}

extension FileDescriptor {
  /// Tries to lock the file, once.
  ///
  /// - Parameter kind: `LOCK_EX` or `LOCK_SH`.
  /// - Returns: whether nobody has a lock that excludes this one.
  func tryLock(_ kind: Int32) throws(NetlinkFailure) -> Bool {
    if flock(number, kind | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK || errno == EINTR else { throw .last }
    return false
  }
}
