import CMnl
import NetworkTypes
import TrafficControl

/// Where a vxlan device sends the frames to one address, as one `RTM_NEWNEIGH` message tells it.
struct ForwardingEntry: Hashable {
  /// `NDA_LLADDR`; all zeros: for the frames that no other entry is for.
  var address: [UInt8]
  /// `NDA_DST`; `nil`: the entry is one of nexthops.
  var remote: IPAddress?
  /// `NDA_PORT`; `nil`: the one that the device receives at.
  var port: UInt16?
  /// `NDA_VNI`; `nil`: the device's.
  var vni: UInt32?
  /// `NDA_IFINDEX`; 0: as the routes say.
  var underlay: UInt32

  var isV6: Bool { if case .v6 = remote { true } else { false } }

  static let anyAddress = [UInt8](repeating: 0, count: 6)

  /// What makes a device of ours the tunnel that is asked for; `nil` where it is not vxlan, or does not say where it leads.
  init?(_ tunnel: Tunnel, _ table: InterfaceTable) throws(NetlinkFailure) {
    guard case .vxlan(_, let port, _) = tunnel.header, tunnel.remote.isUnicast else { return nil }
    address = Self.anyAddress
    remote = tunnel.remote
    self.port = port
    underlay = if let name = tunnel.underlay { try table.index(name) } else { 0 }
  }

  /// Reads a message of the family AF_BRIDGE.
  ///
  /// - Returns: `nil` for an entry of another interface, or of a bridge. Linux before 4.20 tells of all of them.
  init?(_ payload: ArraySlice<UInt8>, of interface: UInt32) throws(MalformedMessage) {
    let header = try payload.header(ndmsg.self)
    let isOfDevice = Int32(header.ndm_flags) & NTF_SELF != 0
    guard UInt32(bitPattern: header.ndm_ifindex) == interface, isOfDevice else { return nil }
    let attributes = try Attributes(payload.dropping(ndmsg.self))
    address = attributes[NDA_LLADDR].map(Array.init) ?? Self.anyAddress
    remote = attributes[NDA_DST].flatMap(IPAddress.init(octets:))
    port = attributes.value(NDA_PORT, UInt16.self)?.bigEndian
    vni = attributes.value(NDA_VNI, UInt32.self)
    underlay = attributes.value(NDA_IFINDEX, UInt32.self) ?? 0
  }
}
