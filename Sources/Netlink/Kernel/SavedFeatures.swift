import Glibc
import TrafficControl

/// What a probe of the running kernel has found, kept in a file for programs that may not probe for themselves.
///
/// A probe needs CAP_SYS_ADMIN; the service does without it and believes what was probed just before it started. The file's
/// first line tells the kernel and the boot, each further one a feature and `yes` or `no`.
public enum SavedFeatures {
  /// Where the service's unit has them saved.
  public static let path = "/run/mirrorctl/features"

  /// Replaces the file by one that is whole at any moment.
  ///
  /// - Throws: where it cannot be written; a file that was there before stays.
  public static func save(_ features: Set<Feature>, to path: String) throws(KernelError) {
    let boot: String
    do throws(InputFile.Failure) { boot = try Self.boot() } catch {
      throw KernelError(cause: .other, request: "read the ID of this boot", text: error.description)
    }
    try AtomicFile.write(Array(text(features, boot: boot).utf8), to: path)
  }

  /// - Returns: `nil` where there is no such file, it is not root's or the own user's, others can write to it, it is of another
  ///   kernel or boot, or it does not tell about every feature.
  static func read(_ path: String = path) -> Set<Feature>? {
    let number = unsafe Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { return nil }
    let file = FileDescriptor(number: number)
    defer { file.close() }
    var information = stat()
    guard unsafe fstat(number, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
      information.st_uid == 0 || information.st_uid == geteuid(), information.st_mode & 0o022 == 0,
      let text = try? file.text(), let boot = try? boot()
    else { return nil }
    return features(in: text, boot: boot)
  }

  static func text(_ features: Set<Feature>, boot: String) -> String {
    let answers = Feature.allCases.sorted().map { "\($0.rawValue) \(features.contains($0) ? "yes" : "no")" }
    return ([boot] + answers).joined(separator: "\n") + "\n"
  }

  /// - Parameter boot: what the first line must say.
  static func features(in text: String, boot: String) -> Set<Feature>? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first.map(String.init) == boot else { return nil }
    func has(_ answer: String) -> Set<Feature> {
      Set(Feature.allCases.filter { lines.contains(Substring("\($0.rawValue) \(answer)")) })
    }
    let present = has("yes")
    let absent = has("no")
    guard present.isDisjoint(with: absent), present.union(absent).count == Feature.allCases.count else { return nil }
    return present
  }

  /// The release of the running kernel (uname(2)) and the ID of this boot (random(4)).
  static func boot() throws(InputFile.Failure) -> String {
    let identity = try InputFile.read("/proc/sys/kernel/random/boot_id", limit: 64)
    let release = try InputFile.read("/proc/sys/kernel/osrelease", limit: 256)
    return [release, identity].map { bytes in
      String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }.joined(separator: " ")
  }
}
