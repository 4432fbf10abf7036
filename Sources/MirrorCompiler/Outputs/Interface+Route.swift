import NetworkTypes
import TrafficControl

extension Interface {
  /// What leads the outer packets of somebody's tunnel on; `nil` for an interface that is none, or one without a remote end.
  public var routeQuestion: RouteQuestion? {
    if let tunnel { return tunnel.remote.isUnicast ? RouteQuestion(tunnel.remote, by: tunnel.underlay) : nil }
    guard case .headers(let remote?) = encapsulation else { return nil }
    guard case .here(let underlay) = link else { return RouteQuestion(remote) }
    return RouteQuestion(remote, by: underlay)
  }

  /// Whether packets inside packets that it sends may leave by any interface.
  public var leadsAnywhere: Bool {
    encapsulation == .otherPackets || encapsulation == .headers(remote: nil) && link == .none
  }
}
