import TrafficControl

/// What one destination wants of one hook: which frames are copied, by which action.
struct HookProgram: Hashable {
  /// How the port that a frame came in by decides.
  enum Ingress: Hashable {
    /// It does not matter.
    case any
    /// Not from these ports: their frames were copied when they came in.
    case anyBut(Set<String>)
    /// Only from these ports: all other ways in are covered already.
    case only(Set<String>)
  }

  var tap: Tap
  var ingress: Ingress

  /// Whether the port that a frame came in by has to be looked at.
  var needsInputDevice: Bool { ingress != .any || !tap.target.copyByIngress.isEmpty }
}
