import NetworkTypes
import TrafficControl

/// One place where one mirror copies frames to one destination.
struct Tap: Hashable {
  var owner: Owner
  var port: Port
  var side: Side
  /// Classified VLANs.
  var vlans: VLANSet
  var classification: VLANClassification
  /// Packets of this tunnel are no originals.
  var excludedTunnel: TunnelGuard?
  /// What `filter` compiles to.
  var expression: BPFProgram?
  /// What earlier mirrors copy from here to the same destination.
  var excluded: [FrameMatch] = []
  var target: Target

  var point: HookPoint { port.point(side) }

  /// What the filter has to match; `nil` where the kernel hides the VLAN.
  var frames: FrameMatch? {
    classification.tags(of: vlans).map {
      FrameMatch(tags: $0, excludedTunnel: excludedTunnel, expression: expression, excluded: excluded)
    }
  }
}

/// What a mirror does with what it selects at one kind of hook.
struct Target: Hashable {
  var destination: Destination
  /// The action that makes the copy.
  var copy: ActionKey
  /// Another action for frames that came in by one of these ports: their copies must not go back there.
  var copyByIngress: [String: ActionKey] = [:]
  /// The owner's `gact continue`, for frames that are to be passed over.
  var skip: ActionKey

  /// Where copies end up: mirrors with an equal destination copy a frame once among them.
  enum Destination: Hashable, Comparable {
    case device(String)
    case vlan(ports: String, id: UInt16)
    case tunnel(String)
  }
}
