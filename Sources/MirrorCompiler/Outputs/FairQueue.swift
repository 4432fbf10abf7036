import MirrorModel
import TrafficControl

/// Finds the qdisc fq on the way of copies.
///
/// A copy of a frame that was just received bears the time of its arrival as long as any program on the host asks for such times
/// (`SO_TIMESTAMP`: ping, tcpdump). fq takes that for the time at which to send, finds it decades ahead and drops the copy
/// (`horizon_drops`, net/sched/sch_fq.c). Where a hop redirects a copy, the kernel takes the time off (skb_set_redirected).
struct FairQueue {
  let topology: Topology

  private var snapshot: HostSnapshot { topology.snapshot }

  /// What may happen to copies that leave by a device, and what mends it.
  func note(for device: String, remedy: String) -> String? {
    let devices = topology.devices(below: device)
    guard let queue = devices.first(where: { snapshot.interfaces[$0]?.queues.contains("fq") ?? false }) else {
      return nil
    }
    return
      "\(queue) sends by the qdisc fq, which on many kernels drops copies of received frames while any program asks for time "
      + "stamps (ping, tcpdump): \(remedy) another qdisc (tc qdisc replace dev \(queue) root fq_codel)"
  }
}

extension Assembly {
  /// Tells of fq under an output; copies that pass a hop are safe from it.
  mutating func noteFairQueue(_ note: String?, of mirror: PortMirror) {
    if let note { add(notes: [note], of: mirror) }
  }
}
