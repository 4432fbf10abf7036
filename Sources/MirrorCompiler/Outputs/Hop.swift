import MirrorModel
import TrafficControl

/// A veth pair that copies pass on their way: what is sent to the one end is received by the other, without route, time stamp and
/// connection state; with `normalize`, as frames of a length and with checksums that a wire could have carried.
struct Hop {
  let workshop: Workshop
  /// Tells it from the other hops of its mirror.
  let number: UInt32
  let offload: Device.Offload

  /// What its exit does to copies.
  var shape: CopyShape = []

  /// At most 15 bytes with that of the peer.
  var name: String { DeviceName.hop(slot: workshop.slot, shape.rawValue << 12 | number) }
  private var peer: String { DeviceName.peer(of: name) }

  /// Puts the hop before an exit, so that the peer does what a stage would have done.
  ///
  /// - Parameter role: the first of the exit's roles.
  func lead(to exit: Exit, role: UInt32, in state: inout KernelState) throws(Finding) -> Exit {
    for feature in Set(exit.tail.flatMap(\.features)).union([.veth]).sorted() {
      try workshop.require(feature, for: "copies that pass a hop")
    }
    state.insert(Device(name: name, kind: .veth(peer: peer), mtu: 65535, alias: workshop.alias, offload: offload))
    state.addStage(HookPoint(peer, .ingress), exit.tail)
    func copy(_ offset: UInt32, _ mode: Mirred.Mode, _ control: Control) -> Action {
      workshop.action(role + offset, .mirred(Mirred(mode, to: name)), control)
    }
    var result = exit
    result.direct = [
      .ingress: copy(ExitRole.hopIngress, .mirror, .continue), .egress: copy(ExitRole.hopEgress, .mirror, .continue),
    ]
    result.tail = [StageFilter(classifier: .matchall, actions: [copy(ExitRole.stage, .redirect, .stolen)])]
    return result
  }
}

extension PortMirror {
  /// What the hops of the mirror do to frames.
  var hopOffload: Device.Offload { normalization == .wireFrames ? .off : .on }
}
