import MirrorModel

/// The profiles of a directory, each as it was when its file was last in order.
///
/// Files are read when they are said to have changed, and not at other times: one that somebody is writing may say anything. One
/// that vanishes counts for a moment longer, because editors put files aside before they write them anew, and because the whole
/// directory may be about to go. All moments are of one monotonic clock.
public struct ProfileDirectory<Source: ProfileSource> {
  private struct Entry {
    var profile: Profile?
    var findings: [String] = []
    var stamp: Source.Stamp?
    /// What the file looked like at the last check, where that was not what was read.
    var unread: Source.Stamp?
    /// When the file was first missed.
    var missedAt: Duration?
  }

  /// How long a file that has vanished still counts.
  static var grace: Duration { .milliseconds(250) }

  private let source: Source
  private var entries: [String: Entry] = [:]
  private var isRead = false
  /// Why the directory cannot be read; its files are then taken to be as they were.
  public private(set) var problem: String?

  public init(_ source: Source) {
    self.source = source
  }

  public var path: String { source.path }

  /// What becomes of files that have vanished.
  public enum Absence {
    /// They count for a moment longer.
    case tolerated
    /// They are forgotten at once, because somebody has said that all is as it is meant.
    case final
  }

  /// Reads every file.
  public mutating func readAll(at now: Duration, _ absence: Absence = .tolerated) {
    guard let names = list(at: now) else { return }
    for name in names { read(name) }
    if absence == .final { entries = entries.filter { names.contains($0.key) } }
  }

  /// Reads files that are said to have changed.
  public mutating func read(_ changed: Set<String>, at now: Duration) {
    guard let names = list(at: now) else { return }
    for name in names.intersection(changed) { read(name) }
    guard !changed.isSubset(of: names) else { return }
    // Other names are what links lead through.
    for name in names where source.isLink(name) && source.stamp(of: name) != entries[name]?.stamp { read(name) }
  }

  /// Looks for files that have changed although nobody said so, and reads those that have been the same for two checks.
  public mutating func check(at now: Duration) {
    guard let names = list(at: now) else { return }
    for name in names {
      let stamp = source.stamp(of: name)
      guard let stamp, stamp != entries[name]?.stamp else { continue }
      if entries[name]?.unread == stamp { read(name) } else { entries[name, default: Entry()].unread = stamp }
    }
  }

  /// Forgets files that have been gone for long enough.
  public mutating func settle(at now: Duration) {
    guard let settling, settling <= now else { return }
    _ = list(at: now)
  }

  /// When to ``settle(at:)``; `nil`: no file is missed, or nobody can tell.
  public var settling: Duration? {
    guard problem == nil else { return nil }
    return entries.values.compactMap(\.missedAt).min().map { $0 + Self.grace }
  }

  /// In the order of their names; `nil`: the directory was never there to be read. A name that two files give to their profile
  /// belongs to the first.
  public var files: [KeptFile]? {
    guard isRead else { return nil }
    let losers = losers
    return entries.sorted { $0.key < $1.key }.map { name, entry in
      KeptFile(name: name, profile: losers[name] == nil ? entry.profile : nil)
    }
  }

  /// Where a profile is kept.
  public func file(of profile: String) -> String? {
    files?.first { $0.profile?.name == profile }.map { "\(path)/\($0.name)" }
  }

  /// What is wrong, by file.
  public var findings: [String: [String]] {
    var findings = entries.mapValues(\.findings).filter { !$0.value.isEmpty }
    for (name, other) in losers where entries[name]?.missedAt == nil {
      let profile = entries[name]?.profile?.name ?? ""
      findings[name, default: []].append(
        "\(path)/\(name): \(path)/\(other) has a profile of the name \"\(profile)\" as well; "
          + "give this one another name with 'profile:'")
    }
    return findings
  }

  /// Files whose profile has the name of one in an earlier file, and which that is. One that is missed gives way to any other.
  private var losers: [String: String] {
    var owners: [String: String] = [:]
    var losers: [String: String] = [:]
    let (here, missed) = (entries.filter { $0.value.missedAt == nil }, entries.filter { $0.value.missedAt != nil })
    for (name, entry) in here.sorted(by: { $0.key < $1.key }) + missed.sorted(by: { $0.key < $1.key }) {
      guard let profile = entry.profile?.name else { continue }
      if let owner = owners[profile] { losers[name] = owner } else { owners[profile] = name }
    }
    return losers
  }

  /// The names of the files that count, and forgets those that have been gone for long; `nil`: the directory cannot be read.
  private mutating func list(at now: Duration) -> Set<String>? {
    do throws(ProfileSourceFailure) {
      let names = try source.names()
      problem = nil
      isRead = true
      for name in entries.keys {
        let missedAt = names.contains(name) ? nil : entries[name]?.missedAt ?? now
        entries[name]?.missedAt = missedAt
      }
      entries = entries.filter { entry in entry.value.missedAt.map { now < $0 + Self.grace } ?? true }
      return names
    } catch {
      problem = error.lines.joined(separator: "; ")
      for name in entries.keys { entries[name]?.missedAt = nil }
      return nil
    }
  }

  private mutating func read(_ name: String) {
    var entry = entries[name] ?? Entry()
    entry.stamp = source.stamp(of: name)
    entry.unread = nil
    do throws(ProfileSourceFailure) {
      entry.profile = try source.profile(in: name)
      entry.findings = []
    } catch { entry.findings = error.lines }
    entries[name] = entry
  }
}
