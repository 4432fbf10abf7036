import NetworkTypes
import TrafficControl

/// How long frames may be that a tunnel carries.
///
/// IPv4 packets are fragmented. The kernel does not fragment those of tunnels over IPv6, and counts what is lost for the tunnel only,
/// not for its mirrors; GRE over IPv6 then also tells the *sender* of a copied IPv6 packet that it is too big (ip6gre_xmit_ipv6,
/// net/ipv6/ip6_gre.c). So longer frames must not get there.
struct TunnelCapacity {
  let tunnel: Tunnel
  /// The interface that the outer packets leave by.
  let underlay: Interface
  /// `RTAX_MTU` of the route to the collector.
  let routeMTU: UInt32?
  /// The largest MTU of the ports that are copied from.
  let sourceMTU: UInt32
  /// What copies are cut to.
  let snaplen: UInt32?

  /// Bytes of the longest outer packet.
  private var limit: UInt32 { min(underlay.mtu, routeMTU ?? .max) }
  /// Ethernet header and VLAN tag.
  private static let frameHeader: UInt32 = 18

  private var isEnough: Bool { limit >= min(needed, snaplen.map { $0 + tunnel.overhead } ?? .max) }
  private var needed: UInt32 { sourceMTU + Self.frameHeader + tunnel.overhead }

  /// The longest frame that may be handed to the tunnel, VLAN tag included; `nil`: any.
  var maximumLength: UInt32? {
    guard !tunnel.isV4, !isEnough else { return nil }
    return max(limit, tunnel.overhead + Self.frameHeader) - tunnel.overhead
  }

  /// What arrives in fragments, and the MTU that mends it; `nil`: nothing.
  var fragmentation: String? {
    guard tunnel.isV4, !isEnough else { return nil }
    let payload = Int(limit) - Int(tunnel.overhead + Self.frameHeader)
    return "copies of frames with more than \(max(payload, 0)) bytes travel in fragments: MTU \(limit) of \(place); "
      + "those with \(sourceMTU) bytes need an MTU of \(needed) to travel whole"
  }

  private var place: String { limit < underlay.mtu ? "the route by \(underlay.name)" : underlay.name }

  /// What does not arrive, and the MTU that mends it; `nil`: all arrives.
  var shortfall: String? {
    guard !tunnel.isV4, !isEnough else { return nil }
    let payload = Int(limit) - Int(tunnel.overhead + Self.frameHeader)
    return
      "packets of a tunnel over IPv6 are not fragmented: with MTU \(limit) of \(place), copies of frames with a VLAN tag and "
      + "more than \(max(payload, 0)) bytes of payload are lost; those with \(sourceMTU) bytes need an MTU of \(needed)"
  }
}
