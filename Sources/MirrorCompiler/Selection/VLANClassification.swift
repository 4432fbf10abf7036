import NetworkTypes
import TrafficControl

/// How the VLAN of a frame is known at one side of a port; on a VLAN-aware bridge by tags of the bridge's own type.
enum VLANClassification: Hashable {
  /// No VLAN-aware bridge: the VLAN ID on the wire counts, untagged is VLAN 0.
  case asOnWire
  /// Entering a VLAN-aware bridge: untagged and priority-tagged frames get the PVID, if there is one.
  case entering(pvid: UInt16?, EtherType)
  /// Leaving a VLAN-aware bridge: the tags of the untagged VLANs are gone when the hook sees the frame, and a tag in the data
  /// is an inner one. What the host receives is untagged once more, and what tc floods is untagged by act_vlan; an inner tag
  /// is found in the metadata there.
  case leaving(untagged: VLANSet, tagged: VLANSet, innerTag: InnerTag, EtherType)

  enum InnerTag: Hashable { case inData, anywhere }

  /// - Parameter flooded: the VLANs that are flooded by tc, by bridge.
  init(_ port: Port, _ side: Side, in snapshot: HostSnapshot, flooded: [String: VLANSet] = [:]) {
    guard let bridge = port.bridge, let settings = snapshot.interfaces[bridge]?.bridge, settings.awareness == .aware
    else {
      self = .asOnWire
      return
    }
    let membership =
      port.role == .local ? settings.membership : snapshot.interfaces[port.name]?.bridgePort?.membership
    switch side {
    case .source: self = .entering(pvid: membership?.pvid, settings.tagProtocol)
    case .destination:
      let untagged = membership?.untagged ?? .empty
      let isUntaggedAgain = port.role == .local || flooded[bridge]?.isDisjoint(with: untagged) == false
      self = .leaving(
        untagged: untagged, tagged: membership?.tagged ?? .empty, innerTag: isUntaggedAgain ? .anywhere : .inData,
        settings.tagProtocol)
    }
  }

  private var protocols: TagProtocols {
    switch self {
    case .asOnWire: .any
    case .entering(_, let type), .leaving(_, _, _, let type): .only(type)
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
        tagged: vlans, untagged: vlans.contains(0), priorityTagged: vlans.contains(0), protocols: protocols)
    case .entering(let pvid, _):
      let untagged = vlans.contains(pvid ?? Self.noVLAN)
      return .init(tagged: vlans, untagged: untagged, priorityTagged: untagged, protocols: protocols)
    case .leaving(let untagged, let tagged, let innerTag, _):
      let wanted = untagged.intersection(vlans)
      guard wanted.isEmpty || wanted == untagged else { return nil }
      var shown = vlans
      if innerTag == .anywhere {
        let inner = wanted.isEmpty ? VLANSet.empty : VLANSet.all.subtracting(tagged)
        shown = shown.intersection(tagged).union(inner)
      }
      return .init(
        tagged: shown, untagged: !wanted.isEmpty, priorityTagged: !wanted.isEmpty, protocols: protocols,
        tagsInData: .areInner)
    }
  }

  /// The frames whose VLAN no tag shows: those without any, and those whose tag says a priority only.
  var unmarked: (tagless: FrameMatch.Tags, prioritized: FrameMatch.Tags) {
    var tagless = FrameMatch.Tags(tagged: .empty, untagged: true, priorityTagged: false, protocols: protocols)
    var prioritized = FrameMatch.Tags(tagged: .empty, untagged: false, priorityTagged: true, protocols: .any)
    if case .leaving(_, let tagged, let innerTag, _) = self {
      tagless.tagsInData = .areInner
      prioritized.tagsInData = .areInner
      if innerTag == .anywhere {
        tagless.tagged = VLANSet.all.subtracting(tagged)
        tagless.priorityTagged = true
        prioritized.priorityTagged = false
      }
    }
    return (tagless, prioritized)
  }
}
