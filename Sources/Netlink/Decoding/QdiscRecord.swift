import CMnl
import TrafficControl

/// A qdisc as one `RTM_NEWQDISC` message describes it.
struct QdiscRecord {
  var interface: UInt32
  /// `TCA_KIND`
  var kind: String
  /// `TCA_INGRESS_BLOCK`, `TCA_EGRESS_BLOCK`: the shared blocks of filters of its hooks.
  var sharedBlocks: [Hook: UInt32] = [:]

  /// Reads the payload of an `RTM_NEWQDISC` message.
  init(_ payload: ArraySlice<UInt8>) throws(MalformedMessage) {
    let header = try payload.header(tcmsg.self)
    let attributes = try Attributes(payload.dropping(tcmsg.self))
    interface = UInt32(bitPattern: header.tcm_ifindex)
    kind = attributes.text(TCA_KIND) ?? ""
    sharedBlocks[.ingress] = attributes.value(TCA_INGRESS_BLOCK, UInt32.self)
    sharedBlocks[.egress] = attributes.value(TCA_EGRESS_BLOCK, UInt32.self)
  }
}
