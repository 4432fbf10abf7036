import Glibc
import TrafficControl

/// Files whose readers see the old content or the new one, whole, and never anything else.
public enum AtomicFile {
  /// What a power failure may leave behind.
  public enum Durability: Hashable, Sendable {
    /// The old content, the new one, or on some file systems nothing: for what is made anew after a start.
    case untilPowerFailure
    /// The new content, once the call has returned (fsync(2) of the file and its directory).
    case lasting
  }

  /// Writes a file beside the old one and puts it in its place (rename(2)); a link at the path is replaced, not followed.
  ///
  /// Until then it is called `.NAME.XXXXXXXX`; it is removed where anything fails, and the old file stays as it is.
  ///
  /// - Parameter mode: the permissions of the new file, whatever the umask.
  /// - Throws: in the system's words, for instance `No space left on device`.
  public static func write(
    _ bytes: [UInt8], to path: String, mode: UInt32 = 0o644, durability: Durability = .untilPowerFailure
  ) throws(KernelError) {
    do throws(NetlinkFailure) {
      let (temporary, file) = try create(beside: path)
      do throws(NetlinkFailure) {
        try fill(file, bytes, mode, durability)
        guard unsafe rename(temporary, path) == 0 else { throw .last }
      } catch {
        unsafe unlink(temporary)
        throw error
      }
      if durability == .lasting { try synchronize(folder(of: path)) }
    } catch {
      throw KernelError(error, request: "write \(path)")
    }
  }

  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func create(beside path: String) throws(NetlinkFailure) -> (path: String, file: FileDescriptor) {
    let name = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last ?? path.utf8[...]
    guard !name.isEmpty, !path.utf8.contains(0) else { throw NetlinkFailure(errno: EISDIR) }
    // Names may have 255 bytes (NAME_MAX); the end of a long one gives way.
    let stem = String(decoding: name.prefix(255 - 10), as: UTF8.self)
    for _ in 0..<16 {
      let number = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)
      let temporary = folder(of: path) + "/.\(stem).\(number)"
      let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
      if file >= 0 { return (temporary, FileDescriptor(number: file)) }
      guard errno == EEXIST || errno == EINTR else { throw .last }
    }
    throw NetlinkFailure(errno: EEXIST)
  }

  /// Writes and closes the file. What only closing brings to light counts, too.
  private static func fill(
    _ file: FileDescriptor, _ bytes: [UInt8], _ mode: UInt32, _ durability: Durability
  ) throws(NetlinkFailure) {
    do throws(NetlinkFailure) {
      guard fchmod(file.number, mode) == 0 else { throw .last }
      try file.write(bytes)
      guard durability != .lasting || fsync(file.number) == 0 else { throw .last }
    } catch {
      file.close()
      throw error
    }
    guard Glibc.close(file.number) == 0 || errno == EINTR else { throw .last }
  }

  private static func synchronize(_ folder: String) throws(NetlinkFailure) {
    let directory = try FileDescriptor.open(folder)
    defer { directory.close() }
    guard fsync(directory.number) == 0 else { throw .last }
  }
}

extension FileDescriptor {
  /// Writes all bytes, or fails.
  func write(_ bytes: [UInt8]) throws(NetlinkFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .last }
      guard count > 0 else { throw NetlinkFailure(errno: ENOSPC) }
      rest = rest.dropFirst(count)
    }
  }
}
