import NetworkTypes
import TrafficControl

/// Hosts to compile for.
public enum Hosts {
  /// A bridge `br0` with the named members, and `eth0` beside it.
  public static func bridge(
    _ members: [String] = ["tap1", "tap2", "tap3"], awareness: Bridge.VLANAwareness = .unaware,
    features: Set<Feature> = Set(Feature.allCases)
  ) -> HostSnapshot {
    var host = HostSnapshot()
    host.features = features
    add(Interface(index: 1, name: "lo"), to: &host)
    add(Interface(index: 2, name: "eth0"), to: &host)
    addBridge("br0", members, awareness, to: &host)
    return host
  }

  public static func add(_ interface: Interface, to host: inout HostSnapshot) {
    host.interfaces[interface.name] = interface
  }

  public static func addBridge(
    _ name: String, _ members: [String], _ awareness: Bridge.VLANAwareness = .unaware, to host: inout HostSnapshot
  ) {
    let access = VLANMembership(pvid: 1, untagged: VLANSet([1]))
    var bridge = Interface(index: UInt32(host.interfaces.count + 1), name: name)
    bridge.kind = "bridge"
    bridge.bridge = Bridge(awareness, membership: awareness == .aware ? access : VLANMembership())
    add(bridge, to: &host)
    for member in members {
      var interface = Interface(index: UInt32(host.interfaces.count + 1), name: member)
      interface.kind = "veth"
      interface.link = .otherNamespace
      interface.master = name
      interface.bridgePort = BridgePort()
      if awareness == .aware { interface.bridgePort?.membership = access }
      add(interface, to: &host)
    }
  }

  /// Sets the VLANs of a bridge port.
  public static func setVLANs(
    _ port: String, pvid: UInt16? = nil, untagged: [UInt16] = [], tagged: [UInt16] = [], in host: inout HostSnapshot
  ) {
    host.interfaces[port]?.bridgePort?.membership = VLANMembership(
      pvid: pvid, untagged: VLANSet(untagged), tagged: VLANSet(tagged))
  }
}

extension HostSnapshot {
  /// Answers whoever asks for the way to an address, bound to the route's interface or not, with a mark or not.
  public mutating func addRoute(to address: IPAddress, _ route: Route) {
    for interface in [nil, route.interface] {
      for mark in [0, PacketMark.usual.value] { routes[RouteQuestion(address, by: interface, mark: mark)] = route }
    }
  }
}

extension Route: ExpressibleByStringLiteral {
  /// A route by an interface that has `10.0.2.15` and `fd00:2::15`.
  public init(stringLiteral interface: String) { self.init(interface: interface, source: IPAddress("fd00:2::15")) }
}
