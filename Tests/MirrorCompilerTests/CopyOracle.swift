import MirrorModel
import NetworkTypes
import TestSupport
import TrafficControl

/// What mirrors mean, read straight from the rules: how many copies of a frame each destination gets as the frame crosses
/// a bridge.
struct CopyOracle {
  let model: SwitchModel
  let mirrors: [PortMirror]
  private let reserved: Set<String>

  /// A frame on its way: in by one port, out by others.
  struct Crossing {
    var frame: Frame
    var ingress: String
    var egress: [String]
  }

  /// Where copies are counted: an interface, as part of a port output, a VLAN or a tunnel.
  enum Place: Hashable {
    case port(String)
    case vlan(UInt16, port: String)
    case tunnel(IPAddress)
  }

  init(_ profiles: [Profile], on host: HostSnapshot) {
    model = SwitchModel(host, bridge: "br0")
    mirrors = profiles.flatMap(\.mirrors).filter { $0.administrativeState == .enabled }
    reserved = Set(
      mirrors.flatMap { mirror -> [String] in
        guard case .ports(let names) = mirror.output else { return [] }
        return names.filter { host.interfaces[$0]?.master == "br0" }
      })
  }

  /// Ports that frames can cross the switch by (S21).
  var openPorts: [String] { model.ports.filter { !reserved.contains($0) } }

  /// S10, S11: the places that get one copy; all others get none.
  func places(of crossing: Crossing) -> Set<Place> {
    mirrors.filter { selects($0, crossing) }.reduce(into: []) { $0.formUnion(destinations(of: $1, crossing)) }
  }

  /// Filters that mirrors may have: each matches the frames whose byte 23 (the protocol of IPv4) has the value.
  static let filters: [String: UInt8] = ["tcp": 6, "udp": 17]

  /// What libpcap would make of them for frames without a tag in their data.
  static var programs: [String: BPFProgram] {
    filters.mapValues { value in
      BPFProgram([
        .init(0x30, 0, 0, 23), .init(0x15, 0, 1, UInt32(value)), .init(0x06, 0, 0, 0xffff_ffff), .init(0x06, 0, 0, 0),
      ])
    }
  }

  /// S1: in by a source port or out by a destination port, and in a selected VLAN; S14: admitted there.
  private func selects(_ mirror: PortMirror, _ crossing: Crossing) -> Bool {
    let vlan = model.vlan(of: crossing.frame, at: crossing.ingress)
    if let wanted = mirror.selection.vlans {
      guard let vlan, wanted.contains(vlan) else { return false }
    }
    if let filter = mirror.selection.filter, Self.filters[filter] != crossing.frame.bytes[23] { return false }
    if mirror.view == .switch, !model.admits(vlan, at: crossing.ingress) { return false }
    switch mirror.selection.scope {
    case .everyPort: return true
    case .ports(let source, let destination):
      let enters = source.contains { $0.text == crossing.ingress } && !isOutput(crossing.ingress, of: mirror)
      let leaves = crossing.egress.contains { port in
        destination.contains { $0.text == port } && !isOutput(port, of: mirror)
      }
      return enters || leaves
    }
  }

  /// S2: an output is never its own source.
  private func isOutput(_ port: String, of mirror: PortMirror) -> Bool {
    if case .ports(let names) = mirror.output { names.contains(port) } else { false }
  }

  private func destinations(of mirror: PortMirror, _ crossing: Crossing) -> Set<Place> {
    switch mirror.output {
    case .ports(let names): return Set(names.map(Place.port))
    case .tunnel(let tunnel): return [.tunnel(tunnel.remote)]
    case .vlan(let output):
      // S25: frames that are in the VLAN already stay there.
      if model.vlan(of: crossing.frame, at: crossing.ingress) == output.id { return [] }
      if let tag = crossing.frame.outerTag, tag.vlan == output.id,
        model.tagProtocol == .dot1Q || tag.tagProtocol == model.tagProtocol
      {
        return []
      }
      return Set(
        carriers(of: output.id).filter { output.ingressPort == .included || $0 != crossing.ingress }
          .map { Place.vlan(output.id, port: $0) })
    }
  }

  /// S23, S26: the ports that carry the VLAN, the bridge device only as a member of it, reserved ones never.
  func carriers(of vlan: UInt16) -> [String] {
    openPorts.filter { port in model.isAware ? model.membership(of: port).all.contains(vlan) : port != model.bridge }
  }
}
