import FoundationEssentials
import MirrorController
import Netlink
import TrafficControl

/// Where the service of a network namespace leaves what it counts: `/run/mirrorctl/INODE.json`.
enum FiguresFile {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Bytes; thousands of refused files fit.
  private static let limit = 4 << 20

  /// Writes them whole, for whoever reads.
  static func write(_ figures: ServiceFigures) throws(Failure) {
    let path = try path()
    guard let bytes = try? JSONEncoder().encode(figures) else {
      throw Failure(description: "\(path): the figures cannot be written as JSON")
    }
    do throws(KernelError) { try AtomicFile.write(Array(bytes), to: path) } catch {
      throw Failure(description: "\(error)")
    }
  }

  /// Removes them, at the end of the service.
  static func remove() {
    guard let path = try? path() else { return }
    try? FileManager.default.removeItem(atPath: path)
  }

  private static func path() throws(Failure) -> String {
    do throws(KernelError) { return try NetworkNamespace.runtimePath(ending: "json") } catch {
      throw Failure(description: "\(error)")
    }
  }

  /// What is there; `nil` where there is no such file, or the service that wrote it is known to have ended.
  static func read() throws(Failure) -> ServiceFigures? {
    let path = try path()
    do throws(KernelError) {
      if try ServiceLock.holder() == nil { return nil }
    } catch {
      // Others than root may not ask who has the lock, and take the file for what it is.
      guard error.cause == .notPermitted else { throw Failure(description: "\(error)") }
    }
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let bytes: [UInt8]
    do throws(InputFile.Failure) { bytes = try InputFile.read(path, limit: limit + 1) } catch {
      throw Failure(description: "\(path): \(error)")
    }
    guard bytes.count <= limit, let figures = try? JSONDecoder().decode(ServiceFigures.self, from: Data(bytes)),
      figures.isSound
    else { throw Failure(description: "\(path) is not what the service writes") }
    return figures
  }
}

extension ServiceFigures {
  /// Whether the numbers can be such.
  fileprivate var isSound: Bool {
    let numbers = [startedAt, reconcileSecondsSum, lastReconcileSeconds ?? 0, lastSuccessAt ?? 0]
    return numbers.allSatisfy { $0.isFinite && $0 >= 0 } && processID > 0
  }
}
