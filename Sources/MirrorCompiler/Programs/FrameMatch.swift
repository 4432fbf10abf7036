import NetworkTypes
import TrafficControl

/// Which frames a filter copies, told by the frame alone.
struct FrameMatch: Hashable, Sendable {
  /// Frames that carry a VLAN tag, and those that carry none or one with VLAN ID 0.
  struct Tags: Hashable, Sendable {
    /// VLAN IDs 1...4095 of tagged frames.
    var tagged: VLANSet
    var untagged: Bool
    /// Frames whose tag has VLAN ID 0: they bring a priority only.
    var priorityTagged: Bool
    /// Which tags are meant; a frame with another one is untagged.
    var protocols: TagProtocols

    /// Whether a tag in the data is the frame's tag where there is none in the metadata.
    var tagsInData: TagsInData = .areOuter

    enum TagsInData: Hashable, Sendable { case areOuter, areInner }

    static let all = Tags(tagged: .all, untagged: true, priorityTagged: true, protocols: .any)

    /// Whether every frame is meant, whatever tag it has.
    var isEverything: Bool {
      untagged && priorityTagged && (tagged == .all || VLANSet.named.isSubset(of: tagged))
    }

    var isNothing: Bool { !untagged && !priorityTagged && tagged.isDisjoint(with: .named) }
  }

  var tags: Tags = .all
  /// Packets of this tunnel are left out: they are copies already.
  var excludedTunnel: TunnelGuard?
  /// Bytes from the destination address on, VLAN tag included, at least 18; longer frames are left out.
  var maximumLength: UInt32?
  /// What `filter` compiles to; a frame has to match it too.
  var expression: BPFProgram?
  /// Frames of another mirror that sends them to the same place.
  var excluded: [FrameMatch] = []

  static let all = FrameMatch()

  var isEverything: Bool {
    tags.isEverything && excludedTunnel == nil && maximumLength == nil && expression == nil && excluded.isEmpty
  }
}
