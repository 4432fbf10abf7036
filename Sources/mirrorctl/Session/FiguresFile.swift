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

  /// What is there; `nil` where there is no such file.
  static func read() throws(Failure) -> ServiceFigures? {
    let path: String
    do throws(KernelError) { path = try NetworkNamespace.runtimePath(ending: "json") } catch {
      throw Failure(description: "\(error)")
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
