import CMnl
import TrafficControl

extension ReceivingPort {
  /// Reads a vxlan or geneve device; `nil` for all others.
  init?(_ record: LinkRecord) {
    let data = record.data
    switch record.kind {
    case "vxlan":
      let isUnusual =
        [IFLA_VXLAN_COLLECT_METADATA, IFLA_VXLAN_REMCSUM_RX, IFLA_VXLAN_UDP_ZERO_CSUM6_RX].contains(where: data.isSet)
        || [IFLA_VXLAN_GBP, IFLA_VXLAN_GPE, IFLA_VXLAN_REMCSUM_NOPARTIAL].contains { data[$0] != nil }
      self.init(data.value(IFLA_VXLAN_PORT, UInt16.self)?.bigEndian ?? 0, isShared: !isUnusual)
    case "geneve":
      let port = data.value(IFLA_GENEVE_PORT, UInt16.self)?.bigEndian ?? 0
      self.init(port, isShared: data[IFLA_GENEVE_COLLECT_METADATA] == nil)
    default: return nil
    }
  }
}
