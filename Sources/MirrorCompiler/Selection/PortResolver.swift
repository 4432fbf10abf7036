import MirrorModel
import NetworkTypes
import TrafficControl

/// Finds the ports that a mirror selects on the host as it is now.
struct PortResolver {
  let snapshot: HostSnapshot
  private let ownInterfaces: Set<String>

  init(_ snapshot: HostSnapshot) {
    self.snapshot = snapshot
    ownInterfaces = Set(snapshot.own.devices.values.flatMap(\.interfaces))
  }

  /// What was found for one side of a mirror.
  struct Resolution {
    var ports: Set<Port> = []
    /// One for each named port that cannot be used.
    var missing: [(name: String, reason: String)] = []
  }

  /// The ports of a bridge, the bridge device itself included; members in no particular order.
  func ports(of bridge: String) -> Set<Port> {
    guard snapshot.interfaces[bridge] != nil else { return [] }
    let members = snapshot.interfaces.values.filter { $0.master == bridge && !ownInterfaces.contains($0.name) }
    return Set(members.map { Port(name: $0.name, role: .member(bridge: bridge)) } + [Port(name: bridge, role: .local)])
  }

  /// The interfaces that patterns name: ports of the bridge, or any where there is no bridge.
  func resolve(_ patterns: [PortPattern], bridge: String?) -> Resolution {
    let candidates =
      bridge.map { ports(of: $0) }
      ?? Set(
        snapshot.interfaces.keys.filter { !ownInterfaces.contains($0) }.map { Port(name: $0, role: .plain) })
    var resolution = Resolution()
    for pattern in patterns {
      let matches = candidates.filter { isMatch(pattern, $0.name) }
      resolution.ports.formUnion(matches)
      if matches.isEmpty, pattern.isLiteral {
        resolution.missing.append((pattern.text, reason(for: pattern.text, bridge: bridge)))
      }
    }
    return resolution
  }

  /// The interface that has the name or the alternative name.
  func interface(named name: String) -> Interface? {
    snapshot.interfaces[name] ?? snapshot.interfaces.values.first { $0.alternativeNames.contains(name) }
  }

  private func isMatch(_ pattern: PortPattern, _ name: String) -> Bool {
    if pattern.isLiteral, pattern.text == name { return true }
    guard let interface = snapshot.interfaces[name] else { return false }
    return ([name] + interface.alternativeNames).contains(where: pattern.matches)
  }

  private func reason(for name: String, bridge: String?) -> String {
    guard interface(named: name) != nil, let bridge else { return "\(name) does not exist" }
    return "\(name) is not a port of \(bridge)"
  }
}
