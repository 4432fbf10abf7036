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
  /// What frames start with there.
  var linkHeader: Interface.LinkHeader = .ethernet
  /// Packets of this tunnel are no originals.
  var excludedTunnel: TunnelGuard?
  /// What `filter` compiles to.
  var expression: BPFProgram?
  /// How much the mirror asks for.
  var fullness: Fullness
  /// What earlier mirrors copy from here to the same destination.
  var excluded: [FrameMatch] = []
  var target: Target

  var point: HookPoint { port.point(side) }

  /// What a filter for some of the tap's VLANs has to match; `nil` where the kernel hides the VLAN.
  func frames(of vlans: VLANSet) -> FrameMatch? {
    classification.tags(of: vlans).map {
      FrameMatch(tags: $0, excludedTunnel: excludedTunnel, expression: expression, excluded: excluded)
    }
  }

  /// Whether this tap copies all frames of its VLANs that the other one would.
  func covers(_ other: Tap) -> Bool { expression == nil || expression == other.expression }
}

/// Where a mirror sends what it selects.
struct Target: Hashable {
  var destination: Destination
  /// The name of the exit that copies leave by.
  var exit: String
  /// Another exit for frames that came in by one of these ports: their copies must not go back there.
  var exitByIngress: [String: String] = [:]

  func exit(from ingress: String) -> String { exitByIngress[ingress] ?? exit }

  /// Where copies end up: mirrors with an equal destination copy a frame once among them.
  enum Destination: Hashable, Comparable {
    case device(String)
    case vlan(ports: String, id: UInt16)
    case tunnel(String)
  }
}
