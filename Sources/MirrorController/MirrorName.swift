import MirrorCompiler
import MirrorModel

/// How a command names a mirror: `PROFILE/MIRROR`, or the mirror alone where only one profile has it.
public struct MirrorName: Hashable, Sendable {
  /// `nil`: any.
  public var profile: String?
  public var mirror: String

  public init(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    let words = parts.map { String(decoding: $0, as: UTF8.self) }
    profile = words.count == 2 ? words[0] : nil
    mirror = words.last ?? ""
  }

  public func fits(_ owner: Owner) -> Bool {
    owner.subject == .mirror(mirror) && (profile == nil || profile == owner.profile)
  }

  /// The mirrors that are meant.
  ///
  /// - Throws: the names that no mirror has, or else those that several have.
  static func owners(of names: [String], in installed: [Profile]) throws(ApplyError) -> Set<Owner> {
    let known = installed.flatMap { profile in
      profile.mirrors.map { Owner(profile: profile.name, subject: .mirror($0.name)) }
    }
    let found = names.map { name in (name: name, owners: known.filter(MirrorName(name).fits)) }
    let unknown = found.filter(\.owners.isEmpty).map(\.name)
    if !unknown.isEmpty { throw .unknownMirrors(unknown) }
    let ambiguous = found.filter { $0.owners.count > 1 }
    if !ambiguous.isEmpty {
      throw .ambiguousMirrors(ambiguous.map { (name: $0.name, meanings: $0.owners.map(\.description).sorted()) })
    }
    return Set(found.flatMap(\.owners))
  }

  /// The shortest names by which commands take these mirrors, in the same order.
  public static func shortest(_ owners: [Owner]) -> [String] {
    var counts: [Owner.Subject: Int] = [:]
    for owner in owners { counts[owner.subject, default: 0] += 1 }
    return owners.map { owner in
      guard case .mirror(let name) = owner.subject, counts[owner.subject] == 1 else { return owner.description }
      return name
    }
  }
}
