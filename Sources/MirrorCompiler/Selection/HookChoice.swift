import MirrorModel
import TrafficControl

extension MirrorCompiler {
  /// Decides where tcx programs make the copies of a mirror, and not filters of clsact.
  func choosePrograms(for unit: inout MirrorUnit) throws(Finding) {
    guard unit.mirror.hook == .tcx, unit.isEnabled else { return }
    try unit.workshop.require(.tcx, for: "'hook: tcx'")
    for (port, side) in unit.selected {
      // The kernel gives no such packet to a device that wants a header (bpf_clone_redirect, net/core/filter.c).
      guard snapshot.interfaces[port.name]?.linkHeader == .ethernet else {
        throw Finding(
          owner: unit.owner, kind: .refused,
          message:
            "\(port.name) carries packets without an Ethernet header, and a tcx program can send on none of them: "
            + "use 'hook: auto', or leave the line out")
      }
      unit.programPoints.insert(port.point(side))
    }
  }
}
