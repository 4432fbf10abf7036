import MirrorModel
import TrafficControl

/// Finds outputs that take shorter frames than the sources have.
struct FrameLengths {
  let snapshot: HostSnapshot

  /// One for each such output of a mirror.
  func notes(on unit: MirrorUnit) -> [String] {
    let sources = unit.selected.compactMap { snapshot.interfaces[$0.port.name] }.filter { $0.kind != "vrf" }
    guard let longest = sources.max(by: { ($0.mtu, $1.name) < ($1.mtu, $0.name) }) else { return [] }
    return unit.assembly.outputs.compactMap { output in
      guard output.kind != "tunnel", let interface = snapshot.interfaces[output.interface], interface.mtu < longest.mtu
      else { return nil }
      // An Ethernet header comes before what the MTU counts.
      if let snaplen = unit.mirror.snaplen, snaplen <= Int(interface.mtu) + 14 { return nil }
      return
        "frames of \(longest.name) may be longer than \(interface.name) takes: MTU \(longest.mtu) against \(interface.mtu); "
        + "copies that are too long are lost: raise the MTU of \(interface.name), or set 'snaplen'"
    }
  }
}
