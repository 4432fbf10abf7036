import MirrorModel
import NetworkTypes
import TrafficControl

extension TunnelOutput {
  /// The interface or VRF that the outer packets are bound to.
  var link: String? { device ?? vrf }

  /// What copies bear on their way through the host; `nil` where the kernel has no eBPF to mark them with.
  func mark(_ features: Set<Feature>) -> PacketMark? {
    features.contains(.ebpf) ? mark ?? .usual : nil
  }

  /// The question that the kernel answers when it sends a copy.
  ///
  /// vxlan and geneve look for a route with the mark of the copy (vxlan_get_route, drivers/net/vxlan/vxlan_core.c; geneve_get_v4_rt,
  /// drivers/net/geneve.c), GRE with one of its own, which is 0 (ip_tunnel_xmit, net/ipv4/ip_tunnel.c).
  public func routeQuestion(_ features: Set<Feature>) -> RouteQuestion {
    switch encapsulation {
    case .gretap, .erspan: RouteQuestion(remote, by: link)
    case .vxlan, .geneve: RouteQuestion(remote, by: link, mark: mark(features)?.value ?? 0)
    }
  }
}
