import TrafficControl

/// Which interfaces frames can pass to and fro between: bridges, bonds and their members, the ends of a veth pair, VLAN devices and
/// tunnels and what they are on.
struct Connections {
  private let interfaces: [String: Interface]
  private var neighbours: [String: [String]] = [:]

  init(_ snapshot: HostSnapshot) {
    interfaces = snapshot.interfaces
    for interface in interfaces.values {
      for name in interface.connected {
        neighbours[interface.name, default: []].append(name)
        neighbours[name, default: []].append(interface.name)
      }
    }
  }

  /// Some interfaces with all that are connected to them, directly or by others.
  ///
  /// - Parameter limit: of their number.
  /// - Returns: `nil` where there are more.
  func all(around names: Set<String>, limit: Int) -> [String: Interface]? {
    var found: [String: Interface] = [:]
    var waiting = Array(names)
    while let name = waiting.popLast() {
      guard found[name] == nil, let interface = interfaces[name] else { continue }
      guard found.count < limit else { return nil }
      found[name] = interface
      waiting += neighbours[name] ?? []
    }
    return found
  }
}

extension Interface {
  /// The interfaces that it names as its master and as what it is on.
  var connected: [String] {
    var names = [master, tunnel?.underlay].compactMap(\.self)
    if case .here(let name) = link { names.append(name) }
    return names
  }
}
