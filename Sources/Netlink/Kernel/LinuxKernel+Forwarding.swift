import CMnl
import Glibc
import TrafficControl

extension LinuxKernel {
  /// The entries of a vxlan device; none where it does not exist any more.
  func forwarding(of interface: UInt32) throws(NetlinkFailure) -> [ForwardingEntry] {
    var entries: [ForwardingEntry] = []
    for message in try socket.dump(ForwardingRequest.dump(interface: interface)) {
      do throws(MalformedMessage) {
        if let entry = try ForwardingEntry(message.payload, of: interface) { entries.append(entry) }
      } catch { throw NetlinkFailure(error) }
    }
    return entries
  }

  /// Makes a vxlan device send to where a tunnel leads, and nowhere else; for any other tunnel there is nothing to do.
  ///
  /// One datagram adds the new destination and then removes others: in between a frame goes to both, never to none.
  func direct(_ device: Device, _ tunnel: Tunnel) throws(NetlinkFailure) {
    guard let wanted = try ForwardingEntry(tunnel, table) else { return }
    let index = try table.index(device.name)
    let present = try forwarding(of: index)
    if let failure = try exchange(present, for: [wanted], interface: index) {
      _ = try exchange([wanted], for: present, interface: index)
      throw failure
    }
  }

  /// - Returns: the first refusal.
  private func exchange(
    _ old: [ForwardingEntry], for new: [ForwardingEntry], interface: UInt32
  ) throws(NetlinkFailure) -> NetlinkFailure? {
    let additions = new.filter { !old.contains($0) }.map { ForwardingRequest.append($0, interface: interface) }
    let removals = old.filter { !new.contains($0) }.map { ForwardingRequest.remove($0, interface: interface) }
    return try socket.requestAll(additions + removals).lazy.compactMap(\.failure).first
  }
}
