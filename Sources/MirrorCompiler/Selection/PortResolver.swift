import MirrorModel
import NetworkTypes
import TrafficControl

/// Finds the ports that a mirror selects on the host as it is now.
struct PortResolver {
  let topology: Topology
  private let ownInterfaces: Set<String>

  var snapshot: HostSnapshot { topology.snapshot }

  init(_ snapshot: HostSnapshot) {
    topology = Topology(snapshot)
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
    let members = topology.members(of: bridge).filter { !ownInterfaces.contains($0) }
    return Set(members.map { Port(name: $0, role: .member(bridge: bridge)) } + [Port(name: bridge, role: .local)])
  }

  /// The interfaces that patterns name: ports of the bridge, or any where there is no bridge.
  func resolve(_ patterns: [PortPattern], bridge: String?) -> Resolution {
    var resolution = Resolution()
    for pattern in patterns {
      if !pattern.isLiteral {
        resolution.ports.formUnion(topology.interfaces(matching: pattern).compactMap { port($0, of: bridge) })
      } else if let port = port(named: pattern.text, of: bridge) {
        resolution.ports.insert(port)
      } else {
        resolution.missing.append((pattern.text, reason(for: pattern.text, bridge: bridge)))
      }
    }
    return resolution
  }

  /// The ports that a mirror names, each with its side, and that are not there.
  func missingSources(of mirror: PortMirror) -> [MirrorReport.Source] {
    guard case .ports(let source, let destination) = mirror.selection.scope else { return [] }
    return [(Side.source, source), (.destination, destination)].flatMap { side, patterns in
      let missing = patterns.filter { $0.isLiteral && port(named: $0.text, of: mirror.bridge) == nil }
      return Set(missing.map(\.text)).sorted().map {
        MirrorReport.Source(interface: $0, side: side, isOperational: false)
      }
    }
  }

  /// The interface that has the name or the alternative name.
  func interface(named name: String) -> Interface? {
    topology.interface(named: name)
  }

  private func port(named name: String, of bridge: String?) -> Port? {
    topology.interfaceName(of: name).flatMap { port($0, of: bridge) }
  }

  /// An interface as a port of the bridge, or by itself where there is no bridge; `nil` where it is none.
  private func port(_ name: String, of bridge: String?) -> Port? {
    guard let bridge else { return ownInterfaces.contains(name) ? nil : Port(name: name, role: .plain) }
    if name == bridge { return Port(name: name, role: .local) }
    guard snapshot.interfaces[bridge] != nil, snapshot.interfaces[name]?.master == bridge,
      !ownInterfaces.contains(name)
    else { return nil }
    return Port(name: name, role: .member(bridge: bridge))
  }

  private func reason(for name: String, bridge: String?) -> String {
    guard interface(named: name) != nil, let bridge else { return "\(name) does not exist" }
    return "\(name) is not a port of \(bridge)"
  }
}
