import CMnl
import NetworkTypes
import TrafficControl

/// Requests that create or change a tunnel device.
///
/// Composed by libmnl: libnl-route 3.7 has no `IFLA_GRE_IGNORE_DF`, no ip6gretap and no erspan. A change of a GRE device is no
/// patch: an attribute that is not sent gets its default (ipgre_netlink_parms, net/ipv4/ip_gre.c), so all of them are always
/// sent. vxlan and geneve refuse a change that names what cannot be changed. A vxlan device has its remote end by a ``ForwardingRequest``.
enum TunnelRequest {
  enum Verb {
    /// `ip link add`
    case add
    /// `ip link set`, in place
    case change

    var flags: Int32 { self == .add ? NLM_F_CREATE | NLM_F_EXCL : 0 }
  }

  static func message(
    _ verb: Verb, _ tunnel: Tunnel, of device: Device, _ table: InterfaceTable
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
      information.nest(IFLA_INFO_DATA) { tunnel.put(in: &$0, verb, underlay: underlay) }
    }
    return message
  }
}

extension Tunnel {
  fileprivate func put(in data: inout MessageBuilder, _ verb: TunnelRequest.Verb, underlay: UInt32) {
    switch header {
    case .gretap, .erspan: putGRE(in: &data, underlay: underlay)
    case .vxlan(let vni, _, let listening):
      putVXLAN(in: &data, verb, vni: vni, listening: listening, underlay: underlay)
    case .geneve(let vni, let port): putGeneve(in: &data, verb, vni: vni, port: port)
    }
  }

  private func putGRE(in data: inout MessageBuilder, underlay: UInt32) {
    let flags = greFlags
    let wireKey = (key ?? 0).bigEndian
    data.put(IFLA_GRE_LINK, underlay)
    data.put(IFLA_GRE_IFLAGS, flags)
    data.put(IFLA_GRE_OFLAGS, flags)
    data.put(IFLA_GRE_IKEY, wireKey)
    data.put(IFLA_GRE_OKEY, wireKey)
    data.put(IFLA_GRE_LOCAL, bytes: local?.octets ?? [UInt8](repeating: 0, count: remote.octets.count))
    data.put(IFLA_GRE_REMOTE, bytes: remote.octets)
    data.put(IFLA_GRE_TTL, ttl)
    if isV4 {
      data.put(IFLA_GRE_TOS, tos)
      data.put(IFLA_GRE_PMTUDISC, UInt8(0))
      data.put(IFLA_GRE_IGNORE_DF, UInt8(1))
    } else {
      data.put(IFLA_GRE_ENCAP_LIMIT, UInt8(0))
      data.put(IFLA_GRE_FLOWINFO, (UInt32(tos) << 20).bigEndian)
      data.put(IFLA_GRE_FLAGS, UInt32(IP6_TNL_F_IGN_ENCAP_LIMIT))
    }
    guard case .erspan(let header) = header else { return }
    data.put(IFLA_GRE_ERSPAN_VER, header.version)
    switch header {
    case .typeI: break
    case .typeII(_, let index): data.put(IFLA_GRE_ERSPAN_INDEX, index)
    case .typeIII(_, let direction, let hardwareID):
      data.put(IFLA_GRE_ERSPAN_DIR, direction.rawValue)
      data.put(IFLA_GRE_ERSPAN_HWID, UInt16(hardwareID))
    }
  }

  /// `IFLA_GRE_OFLAGS`: ERSPAN with a session needs both a key and sequence numbers (erspan_validate, net/ipv4/ip_gre.c).
  var greFlags: UInt16 {
    guard key != nil else { return 0 }
    if case .erspan = header { return HeaderConstants.greKey | HeaderConstants.greSequence }
    return HeaderConstants.greKey
  }

  /// The device is on an interface only where its own address counts on a link (vxlan_config_validate,
  /// drivers/net/vxlan/vxlan_core.c).
  private func putVXLAN(
    in data: inout MessageBuilder, _ verb: TunnelRequest.Verb, vni: UInt32, listening: UInt16, underlay: UInt32
  ) {
    data.put(IFLA_VXLAN_ID, vni)
    let any = [UInt8](repeating: 0, count: remote.octets.count)
    if verb == .change { data.put(isV4 ? IFLA_VXLAN_GROUP : IFLA_VXLAN_GROUP6, bytes: any) }
    data.put(isV4 ? IFLA_VXLAN_LOCAL : IFLA_VXLAN_LOCAL6, bytes: local?.octets ?? any)
    if local?.isLinkLocalV6 ?? false { data.put(IFLA_VXLAN_LINK, underlay) }
    data.put(IFLA_VXLAN_TTL, ttl)
    data.put(IFLA_VXLAN_TOS, tos)
    data.put(IFLA_VXLAN_DF, UInt8(VXLAN_DF_UNSET.rawValue))
    data.put(IFLA_VXLAN_LEARNING, UInt8(0))
    guard verb == .add else { return }
    data.put(IFLA_VXLAN_PORT, listening.bigEndian)
    if isV4 {
      data.put(IFLA_VXLAN_UDP_CSUM, UInt8(0))
    } else {
      data.put(IFLA_VXLAN_UDP_ZERO_CSUM6_TX, UInt8(0))
      data.put(IFLA_VXLAN_UDP_ZERO_CSUM6_RX, UInt8(0))
    }
  }

  private func putGeneve(in data: inout MessageBuilder, _ verb: TunnelRequest.Verb, vni: UInt32, port: UInt16) {
    data.put(IFLA_GENEVE_ID, vni)
    data.put(isV4 ? IFLA_GENEVE_REMOTE : IFLA_GENEVE_REMOTE6, bytes: remote.octets)
    data.put(IFLA_GENEVE_TTL, ttl)
    data.put(IFLA_GENEVE_TOS, tos)
    data.put(IFLA_GENEVE_DF, UInt8(GENEVE_DF_UNSET.rawValue))
    guard verb == .add else { return }
    data.put(IFLA_GENEVE_PORT, port.bigEndian)
    data.put(isV4 ? IFLA_GENEVE_UDP_CSUM : IFLA_GENEVE_UDP_ZERO_CSUM6_TX, UInt8(0))
  }
}
