import MirrorModel
import NetworkTypes
import TrafficControl

/// How the interfaces of a look are named and connected, found once for all who ask.
struct Topology {
  let snapshot: HostSnapshot
  private var members: [String: [String]] = [:]
  private var upperDevices: [String: [String]] = [:]
  private var interfacesByAlternativeName: [String: String] = [:]
  /// All names, in order, so that those with one beginning are together.
  private var names: [Name] = []
  /// Names for which the order of texts is not that of their bytes.
  private var unordered: [Name] = []

  private struct Name {
    var text: String
    var interface: String
  }

  init(_ snapshot: HostSnapshot) {
    self.snapshot = snapshot
    names.reserveCapacity(snapshot.interfaces.count)
    for interface in snapshot.interfaces.values {
      if let master = interface.master { members[master, default: []].append(interface.name) }
      if Self.stackedKinds.contains(interface.kind ?? ""), case .here(let lower) = interface.link {
        upperDevices[lower, default: []].append(interface.name)
      }
      add(interface.name, of: interface.name)
      for name in interface.alternativeNames {
        interfacesByAlternativeName[name] = interface.name
        add(name, of: interface.name)
      }
    }
    names.sort { $0.text < $1.text }
  }

  private mutating func add(_ name: String, of interface: String) {
    let entry = Name(text: name, interface: interface)
    if name.utf8.allSatisfy({ $0 < 0x80 }) { names.append(entry) } else { unordered.append(entry) }
  }

  /// The interface that has the name or the alternative name.
  func interface(named name: String) -> Interface? { interfaceName(of: name).flatMap { snapshot.interfaces[$0] } }

  /// The name of the interface that has the name or the alternative name.
  func interfaceName(of name: String) -> String? {
    snapshot.interfaces.index(forKey: name) == nil ? interfacesByAlternativeName[name] : name
  }

  /// The names of the interfaces that a bridge, bond or the like has, in no particular order.
  func members(of master: String) -> [String] { members[master] ?? [] }

  /// The names of the devices on an interface that may receive what it has received: VLAN devices, macvlan and the like.
  func upperDevices(on interface: String) -> [String] { upperDevices[interface] ?? [] }

  /// A device, and those that it sends by in turn; a veth pair sends by none.
  func devices(below device: String) -> [String] {
    var found = [device]
    var position = 0
    while position < found.count {
      let name = found[position]
      position += 1
      var next = members(of: name).sorted()
      if let interface = snapshot.interfaces[name], interface.kind != "veth", case .here(let lower) = interface.link {
        next.append(lower)
      }
      found += next.filter { !found.contains($0) }
    }
    return found
  }

  /// Whether frames that a device sends may end up in a tunnel of somebody else, which tells the senders of frames with a route that
  /// they are too big for it (skb_tunnel_check_pmtu, net/ipv4/ip_tunnel_core.c).
  func leadsIntoTunnel(_ device: String) -> Bool {
    devices(below: device).contains { name in
      guard let interface = snapshot.interfaces[name] else { return false }
      return interface.tunnel != nil || interface.encapsulation != nil && interface.encapsulation != .otherPackets
    }
  }

  private static let stackedKinds: Set<String> = ["vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "macsec"]

  /// The names of the interfaces that a pattern fits by name or alternative name.
  func interfaces(matching pattern: PortPattern) -> Set<String> {
    if pattern.isLiteral { return Set(interfaceName(of: pattern.text).map { [$0] } ?? []) }
    let glob = pattern.matcher
    let beginning = pattern.beginning
    var start = 0
    var end = names.count
    while start < end {
      let middle = (start + end) / 2
      if names[middle].text < beginning { start = middle + 1 } else { end = middle }
    }
    let candidates = names[start...].prefix { $0.text.hasPrefix(beginning) } + unordered
    return Set(candidates.filter { glob($0.text) }.map(\.interface))
  }
}
