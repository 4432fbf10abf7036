import CMnl
import NetworkTypes
import TrafficControl

/// Requests that create or change a gretap or ip6gretap device.
///
/// Composed by libmnl: libnl-route 3.7 has no `IFLA_GRE_IGNORE_DF` and no ip6gretap. A change is no patch: an attribute that is
/// not sent gets its default (ipgre_netlink_parms, net/ipv4/ip_gre.c), so all of them are always sent.
enum TunnelRequest {
  enum Verb {
    /// `ip link add`
    case add
    /// `ip link set`, in place
    case change

    var flags: Int32 { self == .add ? NLM_F_CREATE | NLM_F_EXCL : 0 }
  }

  static func message(
    _ verb: Verb, _ tunnel: GRETunnel, of device: Device, _ table: InterfaceTable
  ) throws(NetlinkFailure) -> MessageBuilder {
    var header = ifinfomsg()
    if verb == .change { header.ifi_index = Int32(bitPattern: try table.index(device.name)) }
    var message = MessageBuilder(RTM_NEWLINK, flags: verb.flags, header: header)
    switch verb {
    case .add: message.put(IFLA_IFNAME, text: device.name)
    // A name, even the same, is a renaming, which Linux 6.1 refuses for an interface that is up.
    case .change: message.put(IFLA_IFALIAS, bytes: Array(device.alias.utf8))
    }
    if let mtu = device.mtu { message.put(IFLA_MTU, mtu) }
    let underlay = if let name = tunnel.underlay { try table.index(name) } else { UInt32(0) }
    message.nest(IFLA_LINKINFO) { information in
      information.put(IFLA_INFO_KIND, bytes: Array(tunnel.linkKind.utf8))
      information.nest(IFLA_INFO_DATA) { data in
        data.put(IFLA_GRE_LINK, underlay)
        tunnel.putAddressesAndKey(in: &data)
        tunnel.putHeaderFields(in: &data)
      }
    }
    return message
  }
}

extension GRETunnel {
  /// `IFLA_INFO_KIND`
  var linkKind: String {
    if case .v4 = remote { "gretap" } else { "ip6gretap" }
  }

  fileprivate func putAddressesAndKey(in data: inout MessageBuilder) {
    let flags = key == nil ? 0 : HeaderConstants.greKey
    let wireKey = (key ?? 0).bigEndian
    data.put(IFLA_GRE_IFLAGS, flags)
    data.put(IFLA_GRE_OFLAGS, flags)
    data.put(IFLA_GRE_IKEY, wireKey)
    data.put(IFLA_GRE_OKEY, wireKey)
    data.put(IFLA_GRE_LOCAL, bytes: local?.octets ?? [UInt8](repeating: 0, count: remote.octets.count))
    data.put(IFLA_GRE_REMOTE, bytes: remote.octets)
  }

  fileprivate func putHeaderFields(in data: inout MessageBuilder) {
    data.put(IFLA_GRE_TTL, ttl)
    switch remote {
    case .v4:
      data.put(IFLA_GRE_TOS, tos)
      data.put(IFLA_GRE_PMTUDISC, UInt8(0))
      data.put(IFLA_GRE_IGNORE_DF, UInt8(1))
    case .v6:
      data.put(IFLA_GRE_ENCAP_LIMIT, UInt8(0))
      data.put(IFLA_GRE_FLOWINFO, (UInt32(tos) << 20).bigEndian)
      data.put(IFLA_GRE_FLAGS, UInt32(IP6_TNL_F_IGN_ENCAP_LIMIT))
    }
  }
}
