import CMnl
import NetworkTypes
import TrafficControl

/// Finds our devices among all interfaces.
struct DeviceDecoder {
  private let records: [LinkRecord]
  private let byIndex: [UInt32: LinkRecord]

  private let offloads: [UInt32: Device.Offload]

  /// - Parameter offloads: of our interfaces, by index, where they were asked for.
  init(_ records: [LinkRecord], offloads: [UInt32: Device.Offload] = [:]) {
    self.records = records
    self.offloads = offloads
    byIndex = Dictionary(records.map { ($0.index, $0) }) { first, _ in first }
  }

  /// Every device whose alias marks it as ours, as it would have been asked for.
  var devices: [Device] { records.compactMap(device) }

  private func device(_ record: LinkRecord) -> Device? {
    guard record.isOwn, let alias = record.alias, let kind = kind(of: record) else { return nil }
    let mtu = isDefault(record.mtu, kind, link: record.link) ? nil : record.mtu
    let offload = offloads[record.index] ?? .on
    return Device(name: record.name, kind: kind, mtu: mtu, alias: alias, offload: offload)
  }

  private func kind(of record: LinkRecord) -> Device.Kind? {
    switch record.kind {
    case "dummy": return .dummy
    case "veth":
      guard !record.isLinkElsewhere, let peer = byIndex[record.link] else { return .veth(peer: "") }
      // Both ends carry the alias; the device has the name that sorts first, the peer's is longer by a letter.
      return peer.isOwn && peer.name < record.name ? nil : .veth(peer: peer.name)
    case "gretap": return .gretap(tunnel(record, octets: 4))
    case "ip6gretap": return .gretap(tunnel(record, octets: 16))
    default: return nil
    }
  }

  private func tunnel(_ record: LinkRecord, octets: Int) -> GRETunnel {
    let data = record.data
    let hasKey = data.value(IFLA_GRE_OFLAGS, UInt16.self).map { $0 & HeaderConstants.greKey != 0 } ?? false
    let local = address(data[IFLA_GRE_LOCAL], octets)
    let flow = data.value(IFLA_GRE_FLOWINFO, UInt32.self).map { UInt8(truncatingIfNeeded: $0.bigEndian >> 20) }
    let tos = octets == 4 ? data.value(IFLA_GRE_TOS, UInt8.self) : flow
    return GRETunnel(
      remote: address(data[IFLA_GRE_REMOTE], octets), local: local.octets.contains { $0 != 0 } ? local : nil,
      key: hasKey ? data.value(IFLA_GRE_OKEY, UInt32.self)?.bigEndian : nil,
      ttl: isAsAlways(data, octets) ? data.value(IFLA_GRE_TTL, UInt8.self) ?? 0 : 0, tos: tos ?? 0,
      underlay: data.value(IFLA_GRE_LINK, UInt32.self).flatMap { byIndex[$0]?.name })
  }

  /// Whether the attributes that are the same for all our tunnels are as we set them.
  ///
  /// Where they are not, the tunnel is given a TTL of 0, which nobody asks for: so it never equals one that is asked for.
  private func isAsAlways(_ data: Attributes, _ octets: Int) -> Bool {
    guard data.value(IFLA_GRE_IFLAGS, UInt16.self) == data.value(IFLA_GRE_OFLAGS, UInt16.self),
      data.value(IFLA_GRE_IKEY, UInt32.self) == data.value(IFLA_GRE_OKEY, UInt32.self)
    else { return false }
    if octets == 4 {
      return data.value(IFLA_GRE_PMTUDISC, UInt8.self) == 0 && data.value(IFLA_GRE_IGNORE_DF, UInt8.self) == 1
    }
    return data.value(IFLA_GRE_FLAGS, UInt32.self).map { $0 & UInt32(IP6_TNL_F_IGN_ENCAP_LIMIT) != 0 } ?? false
  }

  private func address(_ bytes: ArraySlice<UInt8>?, _ count: Int) -> IPAddress {
    let octets = bytes.flatMap { $0.count == count ? Array($0) : nil } ?? [UInt8](repeating: 0, count: count)
    return count == 4 ? .v4(octets) : .v6(octets)
  }

  /// Whether the kernel chose the MTU: 1500, or for a tunnel what its headers leave of the MTU of an underlay interface.
  ///
  /// The kernel does not tell which route it took for that when the tunnel was made, so any interface counts.
  private func isDefault(_ mtu: UInt32, _ kind: Device.Kind, link: UInt32) -> Bool {
    guard case .gretap(let tunnel) = kind else { return mtu == 1500 }
    let outer = UInt64(mtu) + UInt64(tunnel.overhead)
    if let underlay = byIndex[link], link != 0 { return outer == UInt64(underlay.mtu) }
    return outer == 1500 || records.contains { UInt64($0.mtu) == outer }
  }
}

extension LinkRecord {
  /// Whether the alias marks it as ours.
  var isOwn: Bool { alias?.hasPrefix(Device.aliasPrefix) ?? false }
}

extension GRETunnel {
  /// Bytes of the outer IP header, the GRE header and the inner Ethernet header.
  fileprivate var overhead: UInt32 {
    (remote.octets.count == 4 ? 20 : 40) + (key == nil ? 4 : 8) + 14
  }
}
