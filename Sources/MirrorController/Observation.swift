import MirrorCompiler
import MirrorModel
import TrafficControl

/// A look at the kernel: what it holds, and which profiles it remembers.
public struct Observation: Sendable {
  public var snapshot: HostSnapshot
  /// Rebuilt from the records, by name.
  public var profiles: [Profile] = []
  /// Slots whose record cannot be read, with the fingerprint of the owner.
  public var damaged: [UInt16: UInt64] = [:]

  /// What has to be asked about the ways of the tunnels of some profiles.
  public static func routeQuestions(of profiles: [Profile], _ features: Set<Feature>) -> Set<RouteQuestion> {
    Set(
      profiles.flatMap(\.mirrors).compactMap { mirror in
        if case .tunnel(let tunnel) = mirror.output { tunnel.routeQuestion(features) } else { nil }
      })
  }

  /// Whether packets inside packets may leave by any interface that the host has an address on.
  var needsAddresses: Bool {
    snapshot.routes.values.contains { snapshot.interfaces[$0.interface]?.leadsAnywhere ?? false }
      || snapshot.interfaces.values.contains { $0.encapsulation == .headers(remote: nil) && $0.leadsAnywhere }
  }

  init(_ snapshot: HostSnapshot, parse: RecordParser) {
    self.snapshot = snapshot
    var byName: [String: Profile] = [:]
    let records = Records(in: snapshot.own)
    // Pages alone are what an interrupted change has left: there is nothing that they could be about.
    for (slot, fingerprint) in Self.heads(in: snapshot.own).sorted(by: { $0.key < $1.key }) {
      let parts = records.texts(slot: slot).compactMap { text -> (Profile.Keeper, Profile)? in
        let (keeper, content) = Record.parts(of: text)
        guard let part = parse(content), Self.owner(of: part)?.fingerprint == fingerprint else { return nil }
        return (keeper, part)
      }
      guard let (keeper, part) = parts.first else {
        damaged[slot] = fingerprint
        continue
      }
      var profile = byName[part.name] ?? Profile(name: part.name, keeper: keeper)
      profile.mirrors += part.mirrors
      profile.bridges += part.bridges
      byName[part.name] = profile
    }
    profiles = byName.values.sorted { $0.name < $1.name }
  }

  /// The fingerprints of the slots' owners.
  static func heads(in state: KernelState) -> [UInt16: UInt64] {
    var heads: [UInt16: UInt64] = [:]
    for (key, action) in state.actions {
      guard case .object(_, let fingerprint) = action.cookie.content, let slot = ActionIndex.slot(of: key.index) else {
        continue
      }
      heads[slot] = fingerprint
    }
    return heads
  }

  private static func owner(of part: Profile) -> Owner? {
    if let mirror = part.mirrors.first { return Owner(profile: part.name, subject: .mirror(mirror.name)) }
    return part.bridges.first.map { Owner(profile: part.name, subject: .bridge($0.name)) }
  }
}

/// Reads the text of a record back into the part of a profile that it was made from; `nil` if it is damaged.
public typealias RecordParser = @Sendable (String) -> Profile?
