import MirrorCompiler
import MirrorModel

/// What is to become of the installed profiles.
public enum Change: Sendable {
  /// Nothing: only what has drifted is put right.
  case none
  /// These profiles take the place of those of the same names; others stay.
  case apply([Profile])
  /// These mirrors go, named as ``MirrorName`` says; with its last mirror goes all of a profile.
  case delete([String])
  /// The profiles of these names go, with their settings of bridges.
  case deleteProfiles([String])
  /// All goes.
  case clear
  /// These mirrors are switched on or off.
  case set(AdministrativeState, [String])

  /// The profiles after the change.
  ///
  /// - Throws: the names of mirrors or profiles that do not exist, or that several mirrors have.
  func profiles(from installed: [Profile]) throws(ApplyError) -> [Profile] {
    switch self {
    case .none: return installed
    case .apply(let new):
      let names = Set(new.map(\.name))
      return installed.filter { !names.contains($0.name) } + new
    case .clear: return []
    case .delete(let names):
      let gone = try MirrorName.owners(of: names, in: installed)
      return installed.compactMap { profile in
        var rest = profile
        rest.mirrors.removeAll { gone.contains(Owner(profile: profile.name, subject: .mirror($0.name))) }
        return rest.mirrors.isEmpty && !profile.mirrors.isEmpty ? nil : rest
      }
    case .deleteProfiles(let names):
      let unknown = names.filter { name in !installed.contains { $0.name == name } }
      if !unknown.isEmpty { throw .unknownProfiles(unknown) }
      return installed.filter { !names.contains($0.name) }
    case .set(let state, let names):
      let meant = try MirrorName.owners(of: names, in: installed)
      return installed.map { profile in
        var changed = profile
        for index in changed.mirrors.indices {
          let owner = Owner(profile: profile.name, subject: .mirror(changed.mirrors[index].name))
          if meant.contains(owner) { changed.mirrors[index].administrativeState = state }
        }
        return changed
      }
    }
  }

  /// Whether profiles that the host no longer allows are an obstacle: they are where something new is asked for, for it may be
  /// what is at odds with them. Else their mirrors are suspended and the rest goes on.
  var strictness: Strictness {
    switch self {
    case .apply, .set(.enabled, _): .strict
    case .none, .delete, .deleteProfiles, .clear, .set(.disabled, _): .lenient
    }
  }

  enum Strictness { case strict, lenient }

  /// Which of the profiles that the service keeps the change would touch.
  ///
  /// - Throws: as ``profiles(from:)``.
  public func keptProfiles(of installed: [Profile]) throws(ApplyError) -> [Profile] {
    let kept = installed.filter { if case .service = $0.keeper { true } else { false } }
    switch self {
    case .none: return []
    case .apply(let new): return kept.filter { profile in new.contains { $0.name == profile.name } }
    case .clear: return kept
    case .deleteProfiles(let names): return kept.filter { names.contains($0.name) }
    case .delete(let names), .set(_, let names):
      let profiles = Set(try MirrorName.owners(of: names, in: installed).map(\.profile))
      return kept.filter { profiles.contains($0.name) }
    }
  }
}
