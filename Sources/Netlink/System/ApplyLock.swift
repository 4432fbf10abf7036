import Glibc
import TrafficControl

/// Keeps two programs from changing the same network namespace at the same time: a file lock, held until the value goes away.
///
/// The file is `/run/mirrorctl/INODE.lock`, by the inode of the calling thread's network namespace (flock(2)). It goes when the
/// lock is given back; the kernel gives it back when the process ends.
public struct ApplyLock: ~Copyable {
  private let file: LockFile

  /// Takes the lock.
  ///
  /// - Parameters:
  ///   - patience: seconds to wait while another program holds it; 0: one try, without waiting.
  ///   - directory: where the lock files are; it must be a directory that only its owner can write to.
  ///   - isInterrupted: asked while waiting; when it says yes, the lock is not taken.
  /// - Throws: `.inTheWay` where another program still holds it.
  public init(
    patience: Int, directory: String = NetworkNamespace.runtimeDirectory, isInterrupted: () -> Bool = { false }
  ) throws(KernelError) {
    do throws(NetlinkFailure) {
      file = try Self.wait(in: directory, patience, isInterrupted)
    } catch {
      throw KernelError(error, request: "lock \(directory)")
    }
  }

  /// Takes the lock where nobody has it, without waiting.
  ///
  /// - Parameter isInterrupted: asked after each try that fails.
  /// - Returns: `nil` where another program has it.
  public static func ifFree(
    directory: String = NetworkNamespace.runtimeDirectory, isInterrupted: () -> Bool = { false }
  ) throws(KernelError) -> ApplyLock? {
    do throws(KernelError) {
      return try ApplyLock(patience: 0, directory: directory, isInterrupted: isInterrupted)
    } catch {
      if error.cause == .inTheWay { return nil }
      throw error
    }
  }

  deinit {
    file.release()
  }

  private static let pauseMicroseconds: UInt32 = 20_000

  private static func wait(
    in directory: String, _ patience: Int, _ isInterrupted: () -> Bool
  ) throws(NetlinkFailure) -> LockFile {
    let attempts = max(0, patience) * (1_000_000 / Int(pauseMicroseconds))
    for attempt in 0...attempts {
      if let file = try LockFile.lock("lock", in: directory) { return file }
      if isInterrupted() {
        throw NetlinkFailure(errno: 0, text: "interrupted while waiting for the lock", cause: .interrupted)
      }
      if attempt < attempts { usleep(pauseMicroseconds) }
    }
    let busy = "another program is changing the mirrors of this network namespace"
    throw NetlinkFailure(
      errno: EWOULDBLOCK, text: patience > 0 ? "\(busy); gave up after \(patience) s" : busy, cause: .inTheWay)
  }
}
