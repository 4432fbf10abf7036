import CMnl
import NetworkTypes
import TrafficControl

extension VLANMembership {
  /// Reads the payload of an `RTM_NEWLINK` message of the family `AF_BRIDGE`: the VLANs of one port or bridge.
  ///
  /// The list is compressed (`RTEXT_FILTER_BRVLAN_COMPRESSED`): a run of equal VLANs is two entries, its begin and its end.
  static func decode(
    _ payload: ArraySlice<UInt8>
  ) throws(MalformedMessage) -> (interface: UInt32, membership: VLANMembership) {
    let header = try payload.header(ifinfomsg.self)
    let attributes = try Attributes(payload.dropping(ifinfomsg.self))
    var membership = VLANMembership()
    var begin: UInt16?
    for entry in try attributes.nested(IFLA_AF_SPEC) where entry.type == IFLA_BRIDGE_VLAN_INFO {
      let vlan = try entry.payload.header(bridge_vlan_info.self)
      guard vlan.vid < VLANSet.capacity else { throw MalformedMessage("struct bridge_vlan_info") }
      let flags = Int32(vlan.flags)
      if flags & BRIDGE_VLAN_INFO_RANGE_BEGIN != 0 {
        begin = vlan.vid
        continue
      }
      let first = flags & BRIDGE_VLAN_INFO_RANGE_END != 0 ? begin ?? vlan.vid : vlan.vid
      begin = nil
      guard first <= vlan.vid else { throw MalformedMessage("struct bridge_vlan_info") }
      membership.add(first...vlan.vid, flags: flags)
    }
    return (UInt32(bitPattern: header.ifi_index), membership)
  }

  private mutating func add(_ ids: ClosedRange<UInt16>, flags: Int32) {
    if flags & BRIDGE_VLAN_INFO_PVID != 0 { pvid = ids.upperBound }
    if flags & BRIDGE_VLAN_INFO_UNTAGGED != 0 {
      untagged = untagged.union(VLANSet(ids))
    } else {
      tagged = tagged.union(VLANSet(ids))
    }
  }
}
