import Glibc
import TrafficControl

/// What was found out about the running kernel, kept in a file for programs that need not, or may not, find it out again.
///
/// A probe needs CAP_SYS_ADMIN; the service does without it and believes what was probed just before it started. The file's
/// first line tells the kernel, the boot and when modules were last installed, each further one a feature and `yes` or `no`.
public enum SavedFeatures {
  /// Where the service's unit and changes by command have them saved.
  public static let path = "/run/mirrorctl/features"

  /// Replaces the file by one that is whole at any moment.
  ///
  /// - Throws: where it cannot be written; a file that was there before stays.
  public static func save(_ answers: [Feature: Bool], to path: String) throws(KernelError) {
    let kernel: Identity
    do throws(InputFile.Failure) { kernel = try .running } catch {
      throw KernelError(cause: .other, request: "read the ID of this boot", text: error.description)
    }
    try AtomicFile.write(Array(text(answers, kernel).utf8), to: path)
  }

  /// - Returns: `nil` where there is no such file, it is not root's or the own user's, others can write to it, it is of another
  ///   kernel or boot, modules have been installed since, or it says two things of one feature.
  static func read(_ path: String = path) -> [Feature: Bool]? {
    let number = unsafe Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard number >= 0 else { return nil }
    let file = FileDescriptor(number: number)
    defer { file.close() }
    var information = stat()
    guard unsafe fstat(number, &information) == 0, information.st_mode & S_IFMT == S_IFREG,
      information.st_uid == 0 || information.st_uid == geteuid(), information.st_mode & 0o022 == 0,
      let text = try? file.text(), let kernel = try? Identity.running
    else { return nil }
    return answers(in: text, of: kernel)
  }

  static func text(_ answers: [Feature: Bool], _ kernel: Identity) -> String {
    let lines = answers.sorted { $0.key < $1.key }.map { "\($0.key.rawValue) \($0.value ? "yes" : "no")" }
    return ([kernel.line] + lines).joined(separator: "\n") + "\n"
  }

  /// - Parameter kernel: the one that the first line must be about.
  static func answers(in text: String, of kernel: Identity) -> [Feature: Bool]? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.first, kernel.isMeant(by: first) else { return nil }
    func having(_ answer: String) -> [Feature] {
      Feature.allCases.filter { lines.contains(Substring("\($0.rawValue) \(answer)")) }
    }
    var answers: [Feature: Bool] = [:]
    for feature in having("yes") { answers[feature] = true }
    for feature in having("no") {
      guard answers.updateValue(false, forKey: feature) == nil else { return nil }
    }
    return answers
  }

  /// What the answers are about.
  struct Identity: Hashable, Sendable {
    /// Release (uname(2)) and ID of the boot (random(4)).
    var boot: String
    /// When modules were last installed: the time of `modules.dep`; `nil`: it cannot be seen, as in the service's sandbox.
    var modules: String?

    static var running: Identity {
      get throws(InputFile.Failure) {
        let release = try SavedFeatures.release()
        let identity = try SavedFeatures.word(in: "/proc/sys/kernel/random/boot_id")
        var information = stat()
        let isSeen = unsafe stat("/lib/modules/\(release)/modules.dep", &information) == 0
        let time = information.st_mtim
        return Identity(boot: "\(release) \(identity)", modules: isSeen ? "\(time.tv_sec).\(time.tv_nsec)" : nil)
      }
    }

    var line: String { boot + (modules.map { " \($0)" } ?? "") }

    /// Whether a first line is about this kernel; nobody who cannot see the modules can say that they are others.
    func isMeant(by line: Substring) -> Bool {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard words.prefix(2).joined(separator: " ") == boot, words.count <= 3 else { return false }
      guard let modules, words.count == 3 else { return true }
      return words[2] == modules
    }
  }

  /// As `/lib/modules` has it.
  static func release() throws(InputFile.Failure) -> String { try word(in: "/proc/sys/kernel/osrelease") }

  private static func word(in path: String) throws(InputFile.Failure) -> String {
    let bytes = try InputFile.read(path, limit: 256)
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
