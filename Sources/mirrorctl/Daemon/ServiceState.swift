import Logging
import MirrorCompiler
import MirrorController
import MirrorModel

/// How things stand after a look, as far as the log tells of it: only what is different from the state before.
struct ServiceState {
  /// What one line of the log says.
  struct Entry {
    var level: Logger.Level
    var text: String
    var metadata: Logger.Metadata = [:]
  }

  /// What is wrong, each under a key that stays the same as long as it is about the same thing.
  var problems: [String: Entry] = [:]
  /// State and reasons of the mirrors.
  var mirrors: [Owner: [String]] = [:]
  var warnings: Set<String> = []

  init() {}

  /// - Parameter old: what was seen before; a look that failed has seen nothing new of the mirrors.
  init(
    _ result: Reconciliation, _ holds: Holds, _ directory: ProfileDirectory<some ProfileSource>, after old: ServiceState
  ) {
    for (file, lines) in directory.findings { add("file \(file)", lines, ["file": "\(file)"]) }
    if let problem = directory.problem { add("directory", ["\(problem); its profiles stay as they were"]) }
    for (profile, findings) in result.rejected {
      let lines = findings.map { "\($0)\(Self.places(of: $0, directory)); what was installed before stays" }
      add("profile \(profile)", lines, ["profile": "\(profile)"])
    }
    for (owner, hold) in holds.all {
      add("hold \(owner)", ["\(hold.error); tried again later"], ["mirror": "\(owner)"])
    }
    if let failure = result.failure { add("failure", FailureReport(failure).lines) }
    if !result.damaged.isEmpty { add("damage", FailureReport(ApplyError.damagedRecords(result.damaged)).lines) }
    guard let status = result.status else {
      problems.merge(old.problems.filter { $0.key.hasPrefix("profile ") || $0.key == "damage" }) { new, _ in new }
      mirrors = old.mirrors
      warnings = old.warnings
      return
    }
    for report in status.mirrors.map(\.report) { add(report) }
    warnings = Set(result.warnings)
  }

  /// Takes over how a mirror fares.
  mutating func add(_ report: MirrorReport) {
    mirrors[report.owner] = [report.state.rawValue] + report.reasons
  }

  /// Adds what went wrong besides.
  mutating func addProblems(_ lines: [String], _ key: String) {
    if !lines.isEmpty { add(key, lines) }
  }

  /// The files of those whom a finding is about.
  private static func places(of finding: Finding, _ directory: ProfileDirectory<some ProfileSource>) -> String {
    let profiles = Set([finding.owner.profile] + finding.others.map(\.profile)).sorted()
    let places = profiles.map { "profile \($0): \(directory.file(of: $0) ?? "applied by command")" }
    return " (\(places.joined(separator: ", ")))"
  }

  private mutating func add(_ key: String, _ lines: [String], _ metadata: Logger.Metadata = [:]) {
    problems[key] = Entry(level: .error, text: lines.joined(separator: "; "), metadata: metadata)
  }

  /// What to tell of it, after another state.
  func news(since old: ServiceState) -> [Entry] {
    var entries: [Entry] = []
    for (key, entry) in problems.sorted(by: { $0.key < $1.key }) where old.problems[key]?.text != entry.text {
      entries.append(entry)
    }
    for (key, entry) in old.problems.sorted(by: { $0.key < $1.key }) where problems[key] == nil {
      entries.append(Entry(level: .notice, text: "no longer: \(entry.text)", metadata: entry.metadata))
    }
    for warning in warnings.subtracting(old.warnings).sorted() { entries.append(Entry(level: .warning, text: warning)) }
    return entries + mirrorNews(since: old)
  }

  private func mirrorNews(since old: ServiceState) -> [Entry] {
    Set(mirrors.keys).union(old.mirrors.keys).sorted().compactMap { owner in
      guard mirrors[owner] != old.mirrors[owner] else { return nil }
      let name = if case .mirror(let name) = owner.subject { name } else { owner.description }
      var entry = Entry(level: .info, text: "mirror \(name) is gone")
      entry.metadata = ["mirror": "\(name)", "profile": "\(owner.profile)"]
      guard let state = mirrors[owner]?.first, let reasons = mirrors[owner]?.dropFirst() else { return entry }
      entry.metadata["state"] = "\(state)"
      entry.text = "mirror \(name) is \(state)" + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; "))
      if state == MirrorReport.State.degraded.rawValue { entry.level = .warning }
      return entry
    }
  }

  /// One line for the service manager.
  var summary: String {
    var counts: [String: Int] = [:]
    for state in mirrors.values.compactMap(\.first) { counts[state, default: 0] += 1 }
    let states = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    let mirrors = "\(mirrors.count) mirror\(mirrors.count == 1 ? "" : "s")" + (states.isEmpty ? "" : ": \(states)")
    guard let problem = problems.sorted(by: { $0.key < $1.key }).first?.value.text else { return mirrors }
    let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
    return "\(mirrors); \(problem)\(more)"
  }
}
