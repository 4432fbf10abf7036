import MirrorModel
import TrafficControl

extension MirrorCompiler {
  /// Whether any mirror may get other hooks than filters without having asked for them.
  var mayChoosePrograms: Bool {
    choice == .open && snapshot.features.contains(.tcx)
      && profiles.contains { $0.mirrors.contains(where: \.mayGetPrograms) }
  }

  /// Decides whether a tcx program makes the copies of a mirror at a hook, and not filters of clsact.
  func choosesProgram(at point: HookPoint, for unit: inout MirrorUnit) throws(Finding) -> Bool {
    switch unit.mirror.hook {
    case .clsact: return false
    case .tcx:
      try require(programsAt: point, for: unit)
      unit.programPoints.insert(point)
      return true
    case .auto:
      guard choice == .open, unit.isEnabled, unit.mirror.mayGetPrograms,
        snapshot.interfaces[point.device]?.linkHeader == .ethernet, favoursProgram(at: point)
      else { return false }
      guard snapshot.features.contains(.tcx) else {
        unit.wantsPrograms = true
        return false
      }
      unit.programPoints.insert(point)
      return true
    }
  }

  private func require(programsAt point: HookPoint, for unit: MirrorUnit) throws(Finding) {
    guard unit.isEnabled else { return }
    try unit.workshop.require(.tcx, for: "'hook: tcx'")
    // The kernel gives no such packet to a device that wants a header (bpf_clone_redirect, net/core/filter.c).
    guard snapshot.interfaces[point.device]?.linkHeader != .ethernet else { return }
    throw Finding(
      owner: unit.owner, kind: .refused,
      message:
        "\(point.device) carries packets without an Ethernet header, and a tcx program can send on none of them: "
        + "use 'hook: auto', or leave the line out")
  }

  /// S39, S40: filters would be blind or are impossible there, or a qdisc for them may be in somebody's way.
  private func favoursProgram(at point: HookPoint) -> Bool {
    guard let interface = snapshot.interfaces[point.device] else { return false }
    return blindPoints.contains(point) || !(snapshot.tcxPrograms[point] ?? []).isEmpty
      || interface.obstacle(at: point.hook) != nil || snapshot.newcomers.contains(point.device)
      || stays(at: point, interface)
  }

  /// Where guests are connected a program stays though the reason for it has gone: it would come back with the next guest.
  private func stays(at point: HookPoint, _ interface: Interface) -> Bool {
    snapshot.own.programs[point] != nil && !snapshot.own.qdiscs.contains(point.device)
      && interface.isOfGuest
  }
}

extension PortMirror {
  /// Whether tcx programs may make its copies without its having asked for them.
  var mayGetPrograms: Bool { hook == .auto && offload != .require && order == .first }
}

extension Interface {
  /// Why filters cannot be at a hook; `nil`: they can.
  func obstacle(at hook: Hook) -> String? {
    if hook == .egress, classifierQdisc == .ingress {
      return "\(name) has the ingress qdisc, which has no egress hook: replace it by clsact (tc qdisc del dev \(name) "
        + "ingress; tc qdisc add dev \(name) clsact; then add its filters again)"
    }
    return sharedBlockReason(at: hook)
  }
}
