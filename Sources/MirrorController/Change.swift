import MirrorModel

/// What is to become of the installed profiles.
public enum Change: Sendable {
  /// Nothing: only what has drifted is put right.
  case none
  /// These profiles take the place of those of the same names; others stay.
  case apply([Profile])
  /// The mirrors of these names go, from whatever profile.
  case delete([String])
  /// All goes.
  case clear
  /// The mirrors of these names are switched on or off.
  case set(AdministrativeState, [String])

  /// The profiles after the change.
  ///
  /// - Throws: the names of mirrors that do not exist.
  func profiles(from installed: [Profile]) throws(ApplyError) -> [Profile] {
    switch self {
    case .none: return installed
    case .apply(let new):
      let names = Set(new.map(\.name))
      return installed.filter { !names.contains($0.name) } + new
    case .clear: return []
    case .delete(let names):
      try Self.check(names, in: installed)
      return installed.map { profile in
        var rest = profile
        rest.mirrors.removeAll { names.contains($0.name) }
        return rest
      }
    case .set(let state, let names):
      try Self.check(names, in: installed)
      return installed.map { profile in
        var changed = profile
        for index in changed.mirrors.indices where names.contains(changed.mirrors[index].name) {
          changed.mirrors[index].administrativeState = state
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
    case .none, .delete, .clear, .set(.disabled, _): .lenient
    }
  }

  enum Strictness { case strict, lenient }

  /// Which of the profiles that the service keeps the change would touch.
  public func keptProfiles(of installed: [Profile]) -> [Profile] {
    let kept = installed.filter { if case .service = $0.keeper { true } else { false } }
    return switch self {
    case .none: []
    case .apply(let new): kept.filter { profile in new.contains { $0.name == profile.name } }
    case .clear: kept
    case .delete(let names), .set(_, let names):
      kept.filter { profile in profile.mirrors.contains { names.contains($0.name) } }
    }
  }

  private static func check(_ names: [String], in installed: [Profile]) throws(ApplyError) {
    let known = Set(installed.flatMap(\.mirrors).map(\.name))
    let unknown = names.filter { !known.contains($0) }
    if !unknown.isEmpty { throw .unknownMirrors(unknown) }
  }
}
