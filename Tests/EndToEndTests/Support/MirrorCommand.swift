import CLinux
import FoundationEssentials
import Glibc
import MirrorController
import MirrorModel
import Netlink
import Testing

@testable import mirrorctl

/// The `mirrorctl` that was built with these tests, run in one namespace.
struct MirrorCommand {
  let namespace: NetworkNamespace

  init(in namespace: NetworkNamespace) {
    self.namespace = namespace
  }

  /// Beside the test bundle, unless the environment names another.
  static let path: String = {
    if let path = unsafe getenv("MIRRORCTL_BINARY") { return unsafe String(cString: path) }
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    let bundle = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return bundle.prefix(through: bundle.lastIndex(of: "/") ?? bundle.startIndex) + "mirrorctl"
  }()

  /// Runs it with arguments, a profile going to its standard input, and gives whatever comes of it.
  func run(_ arguments: String..., profile: String = "") throws -> CommandOutput {
    try command(arguments, profile: profile).run()
  }

  func command(_ arguments: [String], profile: String = "") -> Command {
    Command([Self.path] + arguments, input: profile, in: namespace)
  }

  /// Runs it so that it gets a signal before one of its requests that change something, counted from 1.
  func run(
    _ arguments: String..., profile: String = "", signal: Int32, beforeRequest number: Int
  ) throws -> CommandOutput {
    try Command(
      [Self.path] + arguments, input: profile,
      environment: Self.environment(signal: signal, beforeRequest: number), in: namespace
    ).run()
  }

  static func environment(signal: Int32, beforeRequest number: Int) -> [String] {
    ["MIRRORCTL_KILL_SIGNAL=\(signal)", "MIRRORCTL_KILL_BEFORE_REQUEST=\(number)"]
  }

  /// Applies a profile, which succeeds and says nothing.
  func apply(_ profile: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let output = try applyHere(profile)
    try #require(output.status == 0, "\(output)", sourceLocation: sourceLocation)
    #expect(output.errorText.isEmpty, "success is quiet", sourceLocation: sourceLocation)
  }

  /// Applies a profile, which succeeds, perhaps with warnings.
  func applyWithWarnings(_ profile: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let output = try applyHere(profile)
    try #require(output.status == 0, "\(output)", sourceLocation: sourceLocation)
  }

  /// Expects that a profile is refused, with an exit status, and changes nothing.
  @discardableResult
  func refuse(
    _ profile: String, status: Int32, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> CommandOutput {
    let before = try KernelDump(of: namespace)
    let output = try applyHere(profile)
    #expect(output.status == status, "\(output)", sourceLocation: sourceLocation)
    let changes = try KernelDump(of: namespace).changes(since: before)
    #expect(changes.isEmpty, "a refused profile changed the kernel", sourceLocation: sourceLocation)
    return output
  }

  /// Removes everything of ours.
  func clear(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let output = try carryOutHere { .clear }
    try #require(output.status == 0, "\(output)", sourceLocation: sourceLocation)
  }

  /// Applies a profile, or with none clears, in a process that is killed before one of its requests that change something, counted
  /// from 1: a copy of this one, which is there sooner than a program is started in user-mode Linux.
  ///
  /// - Returns: whether it came to be killed.
  func isKilled(applying profile: String?, beforeRequest number: Int) throws -> Bool {
    let child = test_fork()
    guard child != 0 else {
      KillPoint.set(beforeRequest: number)
      let output = try? profile.map { try applyHere($0) } ?? carryOutHere { .clear }
      _exit(output?.status ?? 1)
    }
    try checked("fork", child)
    var status: Int32 = 0
    try unsafe checked("waitpid", waitpid(child, &status, 0))
    try #require([0, SIGKILL].contains(status), "wait status \(status)")
    return status == SIGKILL
  }

  /// Applies a profile, but is to stop when it asks for the `number`th time, which it does between requests.
  func apply(_ profile: String, stoppedAt number: Int) throws -> CommandOutput {
    var asked = 0
    return try applyHere(profile) {
      asked += 1
      return asked == number
    }
  }

  private func applyHere(_ profile: String, isInterrupted: () -> Bool = { false }) throws -> CommandOutput {
    try carryOutHere(isInterrupted) { try .apply([ProfileFiles.profile(in: Array(profile.utf8), of: "-")]) }
  }

  /// Makes a change as `mirrorctl apply` and `mirrorctl clear` do, but by this process: most tests make many, and a program takes
  /// long to start in user-mode Linux.
  private func carryOutHere(
    _ isInterrupted: () -> Bool = { false }, _ change: () throws -> Change
  ) throws -> CommandOutput {
    try namespace.enter {
      do {
        let change = try change()
        let proposal = try Session(Self.here).carryOut(change, isInterrupted: isInterrupted)
        return CommandOutput(status: 0, text: "", errorText: Session.warnings(of: proposal).joined(separator: "\n"))
      } catch {
        let failure = FailureReport(error)
        return CommandOutput(
          status: failure.exitCode.rawValue, text: "", errorText: failure.lines.joined(separator: "\n"))
      }
    }
  }

  /// What `mirrorctl status -o json` would report about one mirror, asked by this process as well.
  func status(_ name: String) throws -> MirrorStatus {
    let text = try namespace.enter {
      try JSONText.encode(StatusDocument(StatusCommand.status(of: [], Self.here)))
    }
    let report = try JSONDecoder().decode(MirrorStatus.Report.self, from: Data(text.utf8))
    guard let status = report.mirrors.first(where: { $0.name == name }) else {
      throw SupportError("status does not list \(name): \(text)")
    }
    return status
  }

  /// The namespace that the calling thread is in. (To have it parsed takes as long as to apply a profile.)
  private static var here: NamespaceOptions {
    var options = NamespaceOptions()
    options.netns = nil
    return options
  }
}

/// One mirror as `status -o json` reports it.
struct MirrorStatus: Decodable {
  struct Report: Decodable {
    let mirrors: [MirrorStatus]
  }

  struct Source: Decodable, Hashable {
    let interface: String
    let side: String
    let operational: Bool
  }

  struct Destination: Decodable {
    let kind: String
    let interface: String?
    let operational: Bool
  }

  enum CodingKeys: String, CodingKey {
    case name, profile, state, reasons, notes, bridge, sources, outputs, dropped
    case packets = "tx_packets"
    case bytes = "tx_bytes"
  }

  let name: String
  let profile: String
  /// `active`, `degraded` or `disabled`.
  let state: String
  let reasons: [String]
  let notes: [String]
  let bridge: String?
  let sources: [Source]
  let outputs: [Destination]
  let packets: Int
  let bytes: Int
  let dropped: Int
}
