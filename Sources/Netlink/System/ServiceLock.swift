import Glibc
import TrafficControl

/// Makes a service the only one of its network namespace, and tells others of it: a file lock, held as long as the value lives.
///
/// The file is `/run/mirrorctl/INODE.service`, by the inode of the calling thread's network namespace; its text is the process
/// number and the directory of profiles, a line each. The kernel gives the lock back when the process ends, however it ends;
/// a file without a lock means nothing.
public struct ServiceLock: ~Copyable {
  /// The service that has the lock.
  public struct Holder: Hashable, Sendable {
    /// As its own PID namespace has it.
    public var process: Int32
    /// Whose profiles it keeps.
    public var directory: String

    init(process: Int32, directory: String) {
      self.process = process
      self.directory = directory
    }

    /// Reads `PID\nDIRECTORY\n`; `nil`: it is not whole.
    init?(text: String) {
      guard let end = text.firstIndex(of: "\n"), let process = Int32(text[..<end]), process > 0, text.hasSuffix("\n")
      else { return nil }
      let directory = text[text.index(after: end)...].dropLast()
      guard !directory.isEmpty else { return nil }
      self.init(process: process, directory: String(directory))
    }

    var text: String { "\(process)\n\(directory)\n" }
  }

  private let file: LockFile

  /// Takes the lock. Whoever only asks for the holder has it for a moment, so a second passes before this gives up.
  ///
  /// - Parameters:
  ///   - directory: whose profiles the service keeps, as others shall read it.
  ///   - locks: where the lock files are; it must be a directory that only its owner can write to.
  /// - Throws: `.inTheWay` where another service has it, with its process number.
  public init(keeping directory: String, locks: String = NetworkNamespace.runtimeDirectory) throws(KernelError) {
    do throws(NetlinkFailure) {
      let lock = try Self.take(in: locks)
      do throws(NetlinkFailure) {
        guard ftruncate(lock.file.number, 0) == 0 else { throw .last }
        try lock.file.write(Array(Holder(process: getpid(), directory: directory).text.utf8))
      } catch {
        lock.release()
        throw error
      }
      file = lock
    } catch {
      throw KernelError(error, request: "lock \(locks)")
    }
  }

  deinit {
    file.release()
  }

  /// The service that keeps the mirrors of the calling thread's network namespace; `nil`: none does.
  ///
  /// - Throws: `.notPermitted` where the process may not ask.
  public static func holder(locks: String = NetworkNamespace.runtimeDirectory) throws(KernelError) -> Holder? {
    do throws(NetlinkFailure) {
      let file: FileDescriptor
      do throws(NetlinkFailure) { file = try LockFile.open(kind, in: locks, .fail).file } catch {
        if error.errno == ENOENT { return nil }
        throw error
      }
      defer { file.close() }
      // A service that has just taken the lock has still to write its text.
      for _ in 0..<attempts {
        if try file.tryLock(LOCK_SH) { return nil }
        if let holder = read(file) { return holder }
        usleep(pauseMicroseconds)
      }
      throw NetlinkFailure(errno: 0, text: "a service has the lock, but its file does not say which")
    } catch {
      throw KernelError(error, request: "look at the locks in \(locks)")
    }
  }

  private static let kind = "service"
  private static let pauseMicroseconds: UInt32 = 20_000
  private static let attempts = 50

  private static func take(in locks: String) throws(NetlinkFailure) -> LockFile {
    for attempt in 0..<attempts {
      if attempt > 0 { usleep(pauseMicroseconds) }
      if let lock = try LockFile.lock(kind, in: locks) { return lock }
    }
    let file = try LockFile.open(kind, in: locks).file
    defer { file.close() }
    throw refusal(by: read(file))
  }

  private static func read(_ file: FileDescriptor) -> Holder? {
    guard lseek(file.number, 0, SEEK_SET) == 0, let text = try? file.text() else { return nil }
    return Holder(text: text)
  }

  private static func refusal(by holder: Holder?) -> NetlinkFailure {
    let other = holder.map { "process \($0.process) with \($0.directory)" } ?? "another process"
    return NetlinkFailure(
      errno: EWOULDBLOCK, text: "a service is running in this network namespace already: \(other)", cause: .inTheWay)
  }
}
