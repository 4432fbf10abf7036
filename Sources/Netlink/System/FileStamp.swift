import Glibc

/// What tells one content of a file from the next without reading it (stat(2)); links are followed.
public struct FileStamp: Hashable, Sendable {
  private var device: UInt64
  private var inode: UInt64
  private var size: Int64
  private var changedSeconds: Int
  private var changedNanoseconds: Int

  /// - Returns: `nil` where there is no such file, or none that can be looked at.
  public init?(_ path: String) {
    var information = stat()
    guard unsafe stat(path, &information) == 0 else { return nil }
    device = UInt64(information.st_dev)
    inode = UInt64(information.st_ino)
    size = Int64(information.st_size)
    changedSeconds = information.st_ctim.tv_sec
    changedNanoseconds = information.st_ctim.tv_nsec
  }

  /// Whether the path's last name is a symbolic link.
  public static func isLink(_ path: String) -> Bool {
    var information = stat()
    return unsafe lstat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFLNK
  }
}
