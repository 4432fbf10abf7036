import NetworkTypes
import TrafficControl

/// A port that a VLAN is sent to.
struct Carrier: Hashable {
  enum Tagging: Hashable { case tagged, untagged }

  var port: Port
  var tagging: Tagging

  /// Frames reach the host through its bridge device by being received there, all others by being sent.
  var mirred: Mirred {
    port.role == .local
      ? Mirred(.mirror, to: port.name, direction: .ingress) : Mirred(.mirror, to: port.name)
  }

  /// The ports of a bridge that carry a VLAN and may send now: all members of a VLAN-unaware bridge, else those that the
  /// VLAN is allowed on; none that spanning tree blocks.
  static func all(of bridge: String, vlan: UInt16, in snapshot: HostSnapshot, resolver: PortResolver) -> [Carrier] {
    guard let settings = snapshot.interfaces[bridge]?.bridge else { return [] }
    return resolver.ports(of: bridge).sorted { $0.name < $1.name }.compactMap { port in
      let interface = snapshot.interfaces[port.name]
      if port.role != .local, interface?.bridgePort?.state != .forwarding { return nil }
      guard settings.awareness == .aware else {
        return port.role == .local ? nil : Carrier(port: port, tagging: .tagged)
      }
      let membership = port.role == .local ? settings.membership : interface?.bridgePort?.membership
      guard let membership else { return nil }
      if membership.untagged.contains(vlan) { return Carrier(port: port, tagging: .untagged) }
      return membership.tagged.contains(vlan) ? Carrier(port: port, tagging: .tagged) : nil
    }
  }
}
