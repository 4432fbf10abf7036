import MirrorController
import MirrorModel
import Netlink

/// The profiles of a directory, each as it was when its file was last in order.
///
/// Files are read when they are said to have changed, and not at other times: one that somebody is writing may say anything.
struct ProfileDirectory {
  private struct Entry {
    var profile: Profile?
    var findings: [String] = []
    var stamp: FileStamp?
    /// What the file looked like at the last check, where that was not what was read.
    var unread: FileStamp?
  }

  let path: String
  private var entries: [String: Entry] = [:]
  private var isRead = false
  /// Why the directory cannot be read; its files are then taken to be as they were.
  private(set) var problem: String?

  init(_ path: String) {
    self.path = path
  }

  /// Reads every file.
  mutating func readAll() {
    guard let names = list() else { return }
    for name in names { read(name) }
  }

  /// Reads files that are said to have changed; those that are gone are forgotten.
  mutating func read(_ changed: Set<String>) {
    let known = Set(entries.keys)
    guard let names = list() else { return }
    for name in names where changed.contains(name) || !known.contains(name) { read(name) }
    // Other names are what links lead through.
    if !changed.isSubset(of: names) { check(patience: .none) }
  }

  /// Looks for files that have changed although nobody said so, and reads those that have been the same for two checks.
  mutating func check() {
    check(patience: .untilNextCheck)
  }

  private enum Patience { case none, untilNextCheck }

  private mutating func check(patience: Patience) {
    guard let names = list() else { return }
    for name in names {
      let stamp = FileStamp(path(of: name))
      guard let entry = entries[name], let stamp, stamp != entry.stamp else { continue }
      if patience == .none || entry.unread == stamp {
        read(name)
      } else {
        entries[name]?.unread = stamp
      }
    }
  }

  /// In the order of their names; `nil`: the directory was never there to be read. A name that two files give to their profile
  /// belongs to the first.
  var files: [KeptFile]? {
    guard isRead else { return nil }
    let losers = losers
    return entries.sorted { $0.key < $1.key }.map { name, entry in
      KeptFile(name: name, profile: losers[name] == nil ? entry.profile : nil)
    }
  }

  /// What is wrong, by file.
  var findings: [String: [String]] {
    var findings = entries.mapValues(\.findings).filter { !$0.value.isEmpty }
    for (name, other) in losers {
      let profile = entries[name]?.profile?.name ?? ""
      findings[name, default: []].append(
        "\(path(of: name)): \(path(of: other)) has a profile of the name \"\(profile)\" as well; "
          + "give this one another name with 'profile:'")
    }
    return findings
  }

  /// Files whose profile has the name of one in an earlier file, and which that is.
  private var losers: [String: String] {
    var owners: [String: String] = [:]
    var losers: [String: String] = [:]
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      guard let profile = entry.profile?.name else { continue }
      if let owner = owners[profile] { losers[name] = owner } else { owners[profile] = name }
    }
    return losers
  }

  /// The names of the files that count, and forgets the others; `nil`: the directory cannot be read.
  private mutating func list() -> Set<String>? {
    do throws(ProfileFiles.LoadError) {
      let names = Set(try ProfileFiles.names(in: path))
      problem = nil
      isRead = true
      entries = entries.filter { names.contains($0.key) }
      return names
    } catch {
      problem = error.lines.joined(separator: "; ")
      return nil
    }
  }

  private mutating func read(_ name: String) {
    var entry = entries[name] ?? Entry()
    entry.stamp = FileStamp(path(of: name))
    entry.unread = nil
    do throws(ProfileFiles.LoadError) {
      guard !name.contains(where: \.isNewline) else {
        throw .unreadable(path: path(of: name), reason: "its name has a line break")
      }
      entry.profile = try ProfileFiles.profile(in: path(of: name))
      entry.findings = []
    } catch { entry.findings = error.lines }
    entries[name] = entry
  }

  private func path(of name: String) -> String { "\(path)/\(name)" }
}
