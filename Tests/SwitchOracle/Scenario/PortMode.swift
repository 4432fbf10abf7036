/// How a port treats VLANs, in the words of Open vSwitch (`vlan_mode` in ovs-vswitchd.conf.db(5)).
public enum PortMode: Hashable, Sendable {
  case access(UInt16)
  case trunk([UInt16])
  case nativeTagged(UInt16, trunks: [UInt16])
  case nativeUntagged(UInt16, trunks: [UInt16])
  /// A port of a bridge that does not look at VLANs.
  case open
  /// In no VLAN that anybody uses.
  case parked

  /// The VLANs whose frames may leave.
  public func carries(_ vlan: UInt16) -> Bool {
    switch self {
    case .access(let own): vlan == own
    case .trunk(let all): all.contains(vlan)
    case .nativeTagged(let own, let all), .nativeUntagged(let own, let all): vlan == own || all.contains(vlan)
    case .open: true
    case .parked: false
    }
  }

  /// The VLAN of frames without a tag; `nil`: they are refused.
  public var nativeVLAN: UInt16? {
    switch self {
    case .access(let own), .nativeTagged(let own, _), .nativeUntagged(let own, _): own
    case .open: 0
    case .trunk, .parked: nil
    }
  }

  /// The VLAN that a frame with an outer VLAN ID on the wire belongs to; 0 on the wire stands also for no tag.
  public func admittedVLAN(of wire: UInt16) -> UInt16? {
    if wire == 0 { return nativeVLAN }
    if case .access = self { return nil }
    return carries(wire) ? wire : nil
  }

  /// The outer VLAN ID, 0 for no tag, with which a station sends frames of a VLAN.
  public func wireVLAN(for vlan: UInt16) -> UInt16? {
    if nativeVLAN == vlan { return 0 }
    return admittedVLAN(of: vlan)
  }
}
