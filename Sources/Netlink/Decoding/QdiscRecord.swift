import CMnl
import TrafficControl

/// A qdisc as one `RTM_NEWQDISC` message describes it.
struct QdiscRecord {
  var interface: UInt32
  /// `TCA_KIND`
  var kind: String

  /// Reads the payload of an `RTM_NEWQDISC` message.
  init(_ payload: ArraySlice<UInt8>) throws(MalformedMessage) {
    let header = try payload.header(tcmsg.self)
    let attributes = try Attributes(payload.dropping(tcmsg.self))
    interface = UInt32(bitPattern: header.tcm_ifindex)
    kind = attributes.text(TCA_KIND) ?? ""
  }
}
