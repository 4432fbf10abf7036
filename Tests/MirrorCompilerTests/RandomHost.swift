import MirrorModel
import NetworkTypes
import TestSupport
import TrafficControl

/// Makes bridges with members and VLANs, and mirrors on them.
struct RandomHost {
  private var generator: SeededGenerator
  /// All mirrors into one VLAN agree about it.
  private let ingressPort: VLANOutput.IngressPort

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    ingressPort = generator.happens(oneIn: 3) ? .included : .excluded
  }

  static let remotes: [IPAddress] = [.v4([10, 95, 30, 43]), .v4([10, 95, 30, 44])]

  mutating func host() -> HostSnapshot {
    let members = (1...(2 + generator.number(below: 3))).map { "tap\($0)" }
    var host = Hosts.bridge(members, awareness: generator.happens(oneIn: 3) ? .unaware : .aware)
    Hosts.add(Interface(index: 90, name: "eth1"), to: &host)
    for remote in Self.remotes { host.addRoute(to: remote, "eth0") }
    host.interfaces["br0"]?.bridge?.multicastSnooping = generator.happens(oneIn: 2) ? .on : .off
    for member in members {
      if generator.happens(oneIn: 8) { host.interfaces[member]?.bridgePort?.flags.remove(.broadcastFlood) }
      if generator.happens(oneIn: 8) { host.interfaces[member]?.bridgePort?.flags.remove(.multicastFlood) }
      host.interfaces[member]?.bridgePort?.isIsolated = generator.happens(oneIn: 6)
    }
    guard host.interfaces["br0"]?.bridge?.awareness == .aware else { return host }
    for member in members { host.interfaces[member]?.bridgePort?.membership = membership() }
    host.interfaces["br0"]?.bridge?.membership = membership()
    if generator.happens(oneIn: 3) { host.interfaces["br0"]?.bridge?.vlanProtocol = .dot1AD }
    return host
  }

  private mutating func membership() -> VLANMembership {
    let untagged: UInt16? = generator.happens(oneIn: 5) ? nil : [1, 10, 20, 111][generator.number(below: 4)]
    var tagged = VLANSet.empty
    if generator.happens(oneIn: 2) || untagged == nil { tagged = VLANSet(generator.subset(of: [1, 10, 20, 111])) }
    if let untagged { tagged.remove(untagged) }
    return VLANMembership(pvid: untagged, untagged: VLANSet(untagged.map { [$0] } ?? []), tagged: tagged)
  }

  mutating func profiles(on host: HostSnapshot) -> [Profile] {
    let mirrors = (0...generator.number(below: 3)).map { mirror("m\($0)", on: host) }
    guard generator.happens(oneIn: 3) else { return [Profile(name: "lab", mirrors: mirrors)] }
    return [
      Profile(name: "lab", mirrors: Array(mirrors.prefix(1))),
      Profile(name: "other", mirrors: Array(mirrors.dropFirst())),
    ]
  }

  mutating func mirror(_ name: String, on host: HostSnapshot) -> PortMirror {
    let ports = host.interfaces.values.filter { $0.master == "br0" }.map(\.name).sorted() + ["br0"]
    var mirror = PortMirror(name: name, output: output(ports))
    mirror.bridge = "br0"
    mirror.administrativeState = generator.happens(oneIn: 12) ? .disabled : .enabled
    if generator.happens(oneIn: 3) {
      mirror.selection.scope = .everyPort
    } else {
      let source = generator.happens(oneIn: 4) ? [] : generator.subset(of: ports)
      let destination = generator.happens(oneIn: 3) ? [] : generator.subset(of: ports)
      mirror.selection.scope = .ports(
        source: source.map(PortPattern.init), destination: destination.map(PortPattern.init))
    }
    if generator.happens(oneIn: 4) { mirror.selection.vlans = VLANSet(generator.subset(of: [0, 1, 10, 20, 111])) }
    if mirror.selection.vlans?.isEmpty == true { mirror.selection.vlans = nil }
    if generator.happens(oneIn: 4) { mirror.view = .switch }
    if generator.happens(oneIn: 4) {
      mirror.selection.filter = CopyOracle.filters.keys.sorted().randomElement(using: &generator)
    }
    return mirror
  }

  private mutating func output(_ ports: [String]) -> Output {
    switch generator.number(below: 8) {
    case 0, 1: return .ports(["eth1"])
    case 2, 3: return .ports([ports[0]])
    case 4: return .ports(["eth0", "eth1"])
    case 5, 6:
      var output = VLANOutput(id: 111)
      output.ingressPort = ingressPort
      return .vlan(output)
    default:
      return .tunnel(
        TunnelOutput(encapsulation: .gretap(key: 1), remote: Self.remotes[generator.number(below: 2)]))
    }
  }
}
