import CMnl
import TrafficControl

/// Finds our devices among all interfaces.
struct DeviceDecoder {
  private let records: [LinkRecord]
  private let byIndex: [UInt32: LinkRecord]

  private let offloads: [UInt32: Device.Offload]
  private let forwarding: [UInt32: [ForwardingEntry]]

  /// - Parameters:
  ///   - offloads: of our interfaces, by index, where they were asked for.
  ///   - forwarding: the forwarding tables of our vxlan devices, by index.
  init(
    _ records: [LinkRecord], offloads: [UInt32: Device.Offload] = [:], forwarding: [UInt32: [ForwardingEntry]] = [:]
  ) {
    self.records = records
    self.offloads = offloads
    self.forwarding = forwarding
    byIndex = Dictionary(records.map { ($0.index, $0) }) { first, _ in first }
  }

  /// Every device of ours, as it would have been asked for.
  var devices: [Device] { records.compactMap(device) }

  private func device(_ record: LinkRecord) -> Device? {
    guard isOwn(record), let kind = kind(of: record) else { return nil }
    let mtu = isDefault(record.mtu, kind, link: record.link) ? nil : record.mtu
    let offload = offloads[record.index] ?? .on
    var device = Device(name: record.name, kind: kind, mtu: mtu, alias: record.alias ?? "", offload: offload)
    let peer = device.peer == nil ? nil : byIndex[record.link]
    device.state = record.isUp && peer?.isUp ?? true ? .up : .down
    return device
  }

  /// A pair of which somebody uses one end is not unfinished.
  private func isOwn(_ record: LinkRecord) -> Bool {
    guard !record.isMarked, record.kind == "veth" else { return record.isOwn }
    return record.isOwn && !record.isLinkElsewhere && byIndex[record.link]?.isOwn ?? false
  }

  private func kind(of record: LinkRecord) -> Device.Kind? {
    switch record.kind {
    case "dummy": return .dummy
    case "veth":
      guard !record.isLinkElsewhere, let peer = byIndex[record.link] else { return .veth(peer: "") }
      // Both ends carry the alias; the device has the name that sorts first, the peer's is longer by a letter.
      return peer.isOwn && peer.name < record.name ? nil : .veth(peer: peer.name)
    default:
      return Tunnel(record, forwarding: forwarding[record.index] ?? []) { byIndex[$0]?.name }.map(Device.Kind.tunnel)
    }
  }

  /// Whether the kernel chose the MTU: 1500, or for a tunnel what its headers leave of the MTU of an underlay interface.
  ///
  /// The kernel does not tell which route it took for that when the tunnel was made, so any interface counts. ERSPAN always
  /// has one of ours; vxlan and geneve do not look at theirs when they send a copy.
  private func isDefault(_ mtu: UInt32, _ kind: Device.Kind, link: UInt32) -> Bool {
    guard case .tunnel(let tunnel) = kind else { return mtu == 1500 }
    switch tunnel.header {
    case .erspan: return false
    case .vxlan, .geneve: return true
    case .gretap:
      let outer = UInt64(mtu) + UInt64(tunnel.overhead) + 14
      // A VRF sends by any interface that it has.
      if let underlay = byIndex[link], link != 0, underlay.kind != "vrf" { return outer == UInt64(underlay.mtu) }
      return outer == 1500 || records.contains { UInt64($0.mtu) == outer }
    }
  }
}

extension LinkRecord {
  fileprivate var isUp: Bool { flags & UInt32(IFF_UP) != 0 }

  /// Whether it belongs to a mirror: it carries our mark, or is as it stands between its creation and its mark. Nobody uses such a
  /// one: it is down and has no master.
  var isOwn: Bool { isMarked || alias == nil && !isUp && master == 0 && DeviceName.isOwn(name, kind: kind) }

  /// Whether the alias is our mark.
  fileprivate var isMarked: Bool { alias?.hasPrefix(Device.aliasPrefix) ?? false }
}
