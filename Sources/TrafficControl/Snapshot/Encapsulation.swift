import NetworkTypes

/// How packets that an interface is given to send travel on inside other packets.
///
/// Not for devices with a ``Tunnel``, which tells it.
public enum Encapsulation: Hashable, Sendable {
  /// The kernel puts headers before them (ipip, sit, gre, ip6tnl, vti, xfrm, PPPoE …): the firewall mark stays.
  ///
  /// - Parameter remote: `nil`: not one address for all of them.
  case headers(remote: IPAddress?)
  /// They are encrypted, or given to a program, and come out as others: nothing tells them from what the host sends by itself
  /// (tun, wireguard).
  case otherPackets
}
