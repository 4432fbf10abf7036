import MirrorModel
import NetworkTypes
import TrafficControl

/// What one owner adds to the desired state before its hooks are known.
struct Assembly {
  /// Devices of the owner and all that is on them, and actions that exist whether or not a hook binds them.
  var state = KernelState()
  /// Actions that are wanted if a filter binds them or the kernel has them already, so that their counters go on.
  var candidates: [Action] = []
  /// The ways out, each with a name of its own.
  var exits: [Exit] = []
  /// What the selected ports have to do; one for each output.
  var targets: [Target] = []
  /// Packets that are copies already, where the hooks have to tell.
  var excludedTunnel: TunnelGuard?
  /// Bridge ports that take no frames but the copies.
  var reservedPorts: [String] = []
  /// The ports that a VLAN is sent to, and how; mirrors for which this is equal have one destination.
  var vlanPorts = ""
  var outputs: [MirrorReport.Output] = []
  var reasons: [String] = []
  var warnings: [String] = []
  /// What the mirror cannot do as things are, though nothing is wrong.
  var notes: [String] = []

  /// Tells `plan`, `apply` and `status` what a mirror cannot do.
  mutating func add(notes new: [String], of mirror: PortMirror) {
    warnings += new.map { "mirror \(mirror.name): \($0)" }
    notes += new
  }
}

extension Interface {
  /// Why copies would not leave by it; `nil`: they would.
  var outageReason: String? {
    if !isUp { return "output \(name) is down" }
    if !hasCarrier { return "output \(name) has no carrier" }
    return nil
  }
}
