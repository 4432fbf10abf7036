import MirrorCompiler
import MirrorModel

/// The profiles that are to be in force, as far as the host allows: of each the newest version that it does.
struct Candidates {
  private struct Entry {
    var wanted: Profile?
    var installed: Profile?

    var chosen: Profile? { wanted ?? installed }

    /// Whether something is asked for that is not there already. The order of mirrors and bridges means nothing, and the kernel
    /// does not remember it.
    var isNew: Bool {
      guard let wanted else { return false }
      return Set(wanted.mirrors) != Set(installed?.mirrors ?? [])
        || Set(wanted.bridges) != Set(installed?.bridges ?? [])
    }
  }

  /// Those of commands first, then in the order of the files.
  private var entries: [Entry] = []
  /// What kept new versions from being chosen, by profile.
  private(set) var rejected: [String: [Finding]] = [:]

  /// - Parameter files: in the order of their names; `nil`: what they say is not known, so that everything stays.
  init(_ files: [KeptFile]?, installed: [Profile]) {
    guard let files else {
      entries = installed.map { Entry(wanted: nil, installed: $0) }
      return
    }
    let byName = Dictionary(installed.map { ($0.name, $0) }) { first, _ in first }
    let wanted = Set(files.compactMap(\.profile?.name))
    for profile in installed where profile.keeper == .command && !wanted.contains(profile.name) {
      entries.append(Entry(wanted: nil, installed: profile))
    }
    var taken: Set<String> = []
    for file in files {
      let keeper = Profile.Keeper.service(file: file.name)
      if var profile = file.profile {
        guard taken.insert(profile.name).inserted else { continue }
        profile.keeper = keeper
        var installed = byName[profile.name]
        // The file may have been renamed: what stays installed goes with the new name.
        if case .service = installed?.keeper { installed?.keeper = keeper }
        entries.append(Entry(wanted: profile, installed: installed))
      } else {
        entries += installed.filter { $0.keeper == keeper && !wanted.contains($0.name) }
          .map { Entry(wanted: nil, installed: $0) }
      }
    }
  }

  var profiles: [Profile] { entries.compactMap(\.chosen) }

  /// What was there before.
  var installed: [Profile] { entries.compactMap(\.installed) }

  /// The names of the profiles that are to become something else.
  var newNames: Set<String> { Set(entries.filter(\.isNew).compactMap(\.wanted?.name)) }

  /// Goes back to what was installed, for the new versions that findings are about; where they are about none, for the last of
  /// those that are left.
  ///
  /// - Returns: whether there was one.
  mutating func stepBack(from findings: [Finding]) -> Bool {
    let names = Set(findings.map(\.owner.profile))
    let new = entries.indices.filter { entries[$0].isNew }
    let named = new.filter { names.contains(entries[$0].wanted?.name ?? "") }
    let culprits = named.isEmpty ? new.suffix(1) : named
    for index in culprits {
      let name = entries[index].wanted?.name ?? ""
      let own = findings.filter { $0.owner.profile == name }
      rejected[name] = own.isEmpty ? findings : own
      entries[index].wanted = nil
    }
    return !culprits.isEmpty
  }
}
