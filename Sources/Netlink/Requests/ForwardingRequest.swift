import CMnl
import Glibc

/// Requests about the forwarding table of a vxlan device (bridge(8), `fdb`).
///
/// An entry for no address at all is for the frames that no other is for. It can only be added beside others, and removed
/// (vxlan_fdb_update, drivers/net/vxlan/vxlan_core.c).
enum ForwardingRequest {
  /// `bridge fdb show dev DEVICE`
  static func dump(interface: UInt32) -> MessageBuilder {
    MessageBuilder(RTM_GETNEIGH, header: header(interface))
  }

  /// `bridge fdb append`
  static func append(_ entry: ForwardingEntry, interface: UInt32) -> MessageBuilder {
    message(RTM_NEWNEIGH, flags: NLM_F_CREATE | NLM_F_APPEND, entry, interface)
  }

  /// `bridge fdb del`
  static func remove(_ entry: ForwardingEntry, interface: UInt32) -> MessageBuilder {
    message(RTM_DELNEIGH, entry, interface)
  }

  private static func message(
    _ type: some BinaryInteger, flags: Int32 = 0, _ entry: ForwardingEntry, _ interface: UInt32
  ) -> MessageBuilder {
    var header = header(interface)
    header.ndm_state = UInt16(NUD_NOARP | NUD_PERMANENT)
    header.ndm_flags = UInt8(NTF_SELF)
    var message = MessageBuilder(type, flags: flags, header: header)
    message.put(NDA_LLADDR, bytes: entry.address)
    if let remote = entry.remote { message.put(NDA_DST, bytes: remote.octets) }
    if let port = entry.port { message.put(NDA_PORT, port.bigEndian) }
    if let vni = entry.vni { message.put(NDA_VNI, vni) }
    if entry.underlay != 0 { message.put(NDA_IFINDEX, entry.underlay) }
    return message
  }

  private static func header(_ interface: UInt32) -> ndmsg {
    var header = ndmsg()
    header.ndm_family = UInt8(AF_BRIDGE)
    header.ndm_ifindex = Int32(bitPattern: interface)
    return header
  }
}
