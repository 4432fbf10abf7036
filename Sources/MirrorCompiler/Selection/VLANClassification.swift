import NetworkTypes
import TrafficControl

/// How the VLAN of a frame is known at one side of a port.
enum VLANClassification: Hashable {
  /// No VLAN-aware bridge: the VLAN ID on the wire counts, untagged is VLAN 0.
  case asOnWire
  /// Entering a VLAN-aware bridge: untagged and priority-tagged frames get the PVID, if there is one.
  case entering(pvid: UInt16?)
  /// Leaving a VLAN-aware bridge: the tags of these VLANs are gone when the hook sees the frame.
  case leaving(untagged: VLANSet)

  init(_ port: Port, _ side: Side, in snapshot: HostSnapshot) {
    guard let bridge = port.bridge, let settings = snapshot.interfaces[bridge]?.bridge, settings.awareness == .aware
    else {
      self = .asOnWire
      return
    }
    let membership =
      port.role == .local ? settings.membership : snapshot.interfaces[port.name]?.bridgePort?.membership
    switch side {
    case .source: self = .entering(pvid: membership?.pvid)
    case .destination: self = .leaving(untagged: membership?.untagged ?? .empty)
    }
  }

  /// Stands for frames that the bridge refuses because they belong to no VLAN: an ID that nobody can select, so that they are
  /// in a set of VLANs only where all are.
  private static let noVLAN: UInt16 = 4095

  /// The frames that belong to the VLANs, as a filter sees them.
  ///
  /// - Returns: `nil` if untagged frames may be of a wanted or of an unwanted VLAN.
  func tags(of vlans: VLANSet) -> FrameMatch.Tags? {
    guard vlans != .all else { return .all }
    switch self {
    case .asOnWire:
      return .init(
        tagged: vlans, untagged: vlans.contains(0), priorityTagged: vlans.contains(0), serviceTags: .areTags)
    case .entering(let pvid):
      let untagged = vlans.contains(pvid ?? Self.noVLAN)
      return .init(tagged: vlans, untagged: untagged, priorityTagged: untagged, serviceTags: .countAsUntagged)
    case .leaving(let untagged):
      let wanted = untagged.intersection(vlans)
      guard wanted.isEmpty || wanted == untagged else { return nil }
      return .init(
        tagged: vlans, untagged: !wanted.isEmpty, priorityTagged: !wanted.isEmpty, serviceTags: .countAsUntagged)
    }
  }
}
