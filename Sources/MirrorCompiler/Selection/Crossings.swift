import NetworkTypes
import TrafficControl

/// How frames cross one bridge: by which ports they come in, and where those that go to a group are certain to leave.
struct Crossings {
  /// A port that takes part in the switching.
  struct Way: Hashable {
    var port: Port
    /// The VLANs that may pass the port, in and out, whenever it forwards.
    var vlans: VLANSet
    /// Whether it passes frames now; it may do so the next moment, and then nobody looks first.
    var isForwarding: Bool
    /// Which of the frames that members send to a group leave by it, by the flags for them; what the host sends does in any case.
    var flooding: BridgePortFlags
    /// Whether the bridge may keep frames from it because it answers them itself.
    var isProxied: Bool
    var isIsolated: Bool
    var mtu: UInt32
  }

  /// In the order in which they take care of frames to groups: the bridge device first, which cannot tell where a frame came
  /// in by, then those by which most of them leave, then by name.
  let ways: [Way]
  private let positions: [Port: Int]
  /// The addresses whose frames are certain to be flooded: with multicast snooping only the broadcast address.
  let flooded: FlowerMatch.Destination

  /// - Parameter reserved: ports that take no part in the switching.
  init(of bridge: Interface, reserved: Set<String>, resolver: PortResolver) {
    let settings = bridge.bridge ?? Bridge()
    flooded = settings.multicastSnooping == .off ? .group : .broadcast
    let groups: BridgePortFlags =
      settings.multicastSnooping == .off ? [.broadcastFlood, .multicastFlood] : .broadcastFlood
    let ways = resolver.ports(of: bridge.name).filter { !reserved.contains($0.name) }.map { port in
      let member = resolver.snapshot.interfaces[port.name]?.bridgePort
      let membership = port.role == .local ? settings.membership : member?.membership
      return Way(
        port: port, vlans: settings.awareness == .aware ? membership?.all ?? .empty : .all,
        isForwarding: port.role == .local || member?.state == .forwarding,
        flooding: port.role == .local ? groups : member?.flags.intersection(groups) ?? [],
        isProxied: member.map { $0.answersForNeighbors || $0.flags.contains(.proxyARP) } ?? false,
        isIsolated: member?.isIsolated ?? false, mtu: resolver.snapshot.interfaces[port.name]?.mtu ?? 0)
    }.sorted { ($0.precedence, $0.port.name) < ($1.precedence, $1.port.name) }
    self.ways = ways
    positions = Dictionary(uniqueKeysWithValues: ways.enumerated().map { ($1.port, $0) })
  }

  /// Where a port is among ``ways``; `nil`: it takes no part in the switching.
  func position(of port: Port) -> Int? { positions[port] }

  /// The VLANs in which a flooded frame from one port is certain to leave by another one if it leaves by a third.
  func certain(from ingress: Way, by egress: Way, if other: Way) -> VLANSet {
    guard egress.isForwarding,
      egress.flooding.isSuperset(of: other.flooding) || ingress.port.role == .local, !egress.isProxied,
      !(egress.isIsolated && ingress.isIsolated)
    else { return .empty }
    guard egress.port.role == .local || egress.mtu >= min(ingress.mtu, other.mtu) else { return .empty }
    return egress.vlans
  }
}

extension Crossings.Way {
  fileprivate var precedence: Int { port.role == .local ? -1 : 2 - flooding.rawValue.nonzeroBitCount }
}
