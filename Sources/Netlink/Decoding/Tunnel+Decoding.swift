import CMnl
import NetworkTypes
import TrafficControl

extension Tunnel {
  /// Reads a tunnel device with one remote end; `nil` for all other interfaces.
  ///
  /// Where attributes that are the same for all our tunnels are not as we set them, the TTL is 0, which nobody asks for: so
  /// such a tunnel never equals one that is asked for.
  ///
  /// - Parameter forwarding: the entries of a vxlan device of ours; `nil` for somebody else's, of which only the link counts.
  init?(_ record: LinkRecord, forwarding: [ForwardingEntry]? = nil, name: (UInt32) -> String?) {
    let data = record.data
    switch record.kind {
    case "gretap", "erspan": self.init(gre: data, octets: 4, isERSPAN: record.kind == "erspan")
    case "ip6gretap", "ip6erspan": self.init(gre: data, octets: 16, isERSPAN: record.kind == "ip6erspan")
    case "vxlan": self.init(vxlan: data, isV6: forwarding?.contains(where: \.isV6) ?? false)
    case "geneve": self.init(geneve: data)
    default: return nil
    }
    let link = record.kind == "vxlan" ? IFLA_VXLAN_LINK : IFLA_GRE_LINK
    if record.kind != "geneve", let index = data.value(link, UInt32.self), index != 0 { underlay = name(index) }
    // One with a remote end of its own was made by an earlier version.
    if let forwarding, !remote.isUnicast { direct(by: forwarding, name) }
  }

  /// Takes over where a vxlan device sends all frames.
  private mutating func direct(by entries: [ForwardingEntry], _ name: (UInt32) -> String?) {
    guard case .vxlan(let vni, _, let listening) = header else { return }
    guard entries.count == 1, let entry = entries.first, let remote = entry.remote,
      entry.address == ForwardingEntry.anyAddress, entry.vni == nil,
      entry.underlay == 0 || name(entry.underlay) != nil
    else {
      ttl = 0
      return
    }
    header = .vxlan(vni: vni, port: entry.port ?? listening, listening: listening)
    self.remote = remote
    underlay = entry.underlay == 0 ? nil : name(entry.underlay)
  }

  private init?(gre data: Attributes, octets: Int, isERSPAN: Bool) {
    guard data[IFLA_GRE_COLLECT_METADATA] == nil else { return nil }
    let flags = data.value(IFLA_GRE_OFLAGS, UInt16.self) ?? 0
    let key = data.value(IFLA_GRE_OKEY, UInt32.self)?.bigEndian ?? 0
    let header: Header =
      if isERSPAN { .erspan(ERSPANHeader(data, key: key)) } else {
        .gretap(key: flags & HeaderConstants.greKey != 0 ? key : nil)
      }
    let flow = data.value(IFLA_GRE_FLOWINFO, UInt32.self).map { UInt8(truncatingIfNeeded: $0.bigEndian >> 20) }
    self.init(
      header, remote: .read(data[IFLA_GRE_REMOTE], octets), local: .given(data[IFLA_GRE_LOCAL], octets),
      tos: (octets == 4 ? data.value(IFLA_GRE_TOS, UInt8.self) : flow) ?? 0)
    ttl = isUsual(gre: data, flags) ? data.value(IFLA_GRE_TTL, UInt8.self) ?? 0 : 0
  }

  private func isUsual(gre data: Attributes, _ flags: UInt16) -> Bool {
    guard flags == greFlags, data.value(IFLA_GRE_IFLAGS, UInt16.self) == flags,
      data.value(IFLA_GRE_IKEY, UInt32.self) == data.value(IFLA_GRE_OKEY, UInt32.self)
    else { return false }
    if isV4 {
      return data.value(IFLA_GRE_PMTUDISC, UInt8.self) == 0 && data.value(IFLA_GRE_IGNORE_DF, UInt8.self) == 1
    }
    return data.value(IFLA_GRE_FLAGS, UInt32.self).map { $0 & UInt32(IP6_TNL_F_IGN_ENCAP_LIMIT) != 0 } ?? false
  }

  /// - Parameter isV6: whether its entries are of IPv6, which the kernel does not tell of a link without any address.
  private init?(vxlan data: Attributes, isV6: Bool) {
    guard !data.isSet(IFLA_VXLAN_COLLECT_METADATA) else { return nil }
    let isV6 = isV6 || data[IFLA_VXLAN_GROUP6] != nil || data[IFLA_VXLAN_LOCAL6] != nil
    let port = data.value(IFLA_VXLAN_PORT, UInt16.self)?.bigEndian ?? 0
    self.init(
      .vxlan(vni: data.value(IFLA_VXLAN_ID, UInt32.self) ?? 0, port: port, listening: port),
      remote: isV6 ? .read(data[IFLA_VXLAN_GROUP6], 16) : .read(data[IFLA_VXLAN_GROUP], 4),
      local: isV6 ? .given(data[IFLA_VXLAN_LOCAL6], 16) : .given(data[IFLA_VXLAN_LOCAL], 4),
      tos: data.value(IFLA_VXLAN_TOS, UInt8.self) ?? 0)
    let unusual = [
      IFLA_VXLAN_LEARNING, IFLA_VXLAN_PROXY, IFLA_VXLAN_RSC, IFLA_VXLAN_L2MISS, IFLA_VXLAN_L3MISS, IFLA_VXLAN_DF,
      IFLA_VXLAN_TTL_INHERIT, isV6 ? IFLA_VXLAN_UDP_ZERO_CSUM6_TX : IFLA_VXLAN_UDP_CSUM,
    ].contains(where: data.isSet)
    ttl = unusual ? 0 : data.value(IFLA_VXLAN_TTL, UInt8.self) ?? 0
  }

  private init?(geneve data: Attributes) {
    guard data[IFLA_GENEVE_COLLECT_METADATA] == nil else { return nil }
    let isV6 = data[IFLA_GENEVE_REMOTE6] != nil
    let port = data.value(IFLA_GENEVE_PORT, UInt16.self)?.bigEndian ?? 0
    self.init(
      .geneve(vni: data.value(IFLA_GENEVE_ID, UInt32.self) ?? 0, port: port),
      remote: isV6 ? .read(data[IFLA_GENEVE_REMOTE6], 16) : .read(data[IFLA_GENEVE_REMOTE], 4),
      tos: data.value(IFLA_GENEVE_TOS, UInt8.self) ?? 0)
    let unusual = [
      IFLA_GENEVE_DF, IFLA_GENEVE_TTL_INHERIT, isV6 ? IFLA_GENEVE_UDP_ZERO_CSUM6_TX : IFLA_GENEVE_UDP_CSUM,
    ].contains(where: data.isSet)
    ttl = unusual ? 0 : data.value(IFLA_GENEVE_TTL, UInt8.self) ?? 0
  }
}

extension ERSPANHeader {
  fileprivate init(_ data: Attributes, key: UInt32) {
    let session = UInt16(truncatingIfNeeded: key & 0x3ff)
    switch data.value(IFLA_GRE_ERSPAN_VER, UInt8.self) {
    case 1: self = .typeII(session: session, index: data.value(IFLA_GRE_ERSPAN_INDEX, UInt32.self) ?? 0)
    case 2:
      self = .typeIII(
        session: session,
        direction: data.value(IFLA_GRE_ERSPAN_DIR, UInt8.self).flatMap(Direction.init(rawValue:)) ?? .ingress,
        hardwareID: UInt8(truncatingIfNeeded: data.value(IFLA_GRE_ERSPAN_HWID, UInt16.self) ?? 0))
    default: self = .typeI
    }
  }
}

extension Attributes {
  /// Whether a flag of one byte is there and not 0.
  func isSet(_ type: Int) -> Bool { value(type, UInt8.self).map { $0 != 0 } ?? false }
}

extension IPAddress {
  /// An address of so many octets; all zeros where there is none.
  fileprivate static func read(_ bytes: ArraySlice<UInt8>?, _ count: Int) -> IPAddress {
    let octets = bytes.flatMap { $0.count == count ? Array($0) : nil } ?? [UInt8](repeating: 0, count: count)
    return count == 4 ? .v4(octets) : .v6(octets)
  }

  /// The same; `nil` where it is all zeros.
  fileprivate static func given(_ bytes: ArraySlice<UInt8>?, _ count: Int) -> IPAddress? {
    let address = read(bytes, count)
    return address.octets.contains { $0 != 0 } ? address : nil
  }
}
