import MirrorModel
import TrafficControl

/// Finds tunnels that the kernel would not take because it already has, or shall have, another that it cannot tell from them, or
/// because somebody else has their UDP port.
struct TunnelCheck {
  let snapshot: HostSnapshot

  func findings(for units: [MirrorUnit]) -> [Finding] {
    let tunnels = units.flatMap { unit in
      unit.assembly.state.devices.values.compactMap { device -> (unit: MirrorUnit, tunnel: Tunnel)? in
        if case .tunnel(let tunnel) = device.kind { (unit, tunnel) } else { nil }
      }
    }
    return tunnels.indices.compactMap { index in
      let (unit, tunnel) = tunnels[index]
      if let port = tunnel.identity.port, let holder = holder(of: port, against: tunnel) {
        return Finding(
          owner: unit.owner, kind: .refused,
          message:
            "interface \(holder) holds UDP port \(port), where the tunnel's device would receive: use another 'port', or "
            + "send to a device of that tool with output_port")
      }
      let other = tunnels[..<index].first { $0.tunnel.identity == tunnel.identity && $0.tunnel != tunnel }
      let obstacle = other.map { "mirror \($0.unit.owner) has" } ?? foreign(tunnel).map { "interface \($0) is" }
      guard let obstacle else { return nil }
      let way = other == nil ? "remove that, send to it with output_port" : "make all options of the two equal"
      return Finding(
        owner: unit.owner, kind: .refused,
        message:
          "\(obstacle) a tunnel \(tunnel.resemblance): the kernel takes one of these; \(way), or \(tunnel.remedy)",
        others: Set([other?.unit.owner].compactMap(\.self)))
    }
  }

  /// An interface of somebody else that has a UDP port and does not share it with a tunnel.
  private func holder(of port: UInt16, against tunnel: Tunnel) -> String? {
    snapshot.interfaces.values.filter { interface in
      guard snapshot.own.devices[interface.name] == nil, let held = interface.receivingPort else { return false }
      return held.number == port && !(held.isShared && interface.kind == tunnel.linkKind)
    }.map(\.name).min()
  }

  /// An interface of somebody else that is such a tunnel.
  private func foreign(_ tunnel: Tunnel) -> String? {
    snapshot.interfaces.values.filter {
      snapshot.own.devices[$0.name] == nil && $0.tunnel?.identity == tunnel.identity
    }.map(\.name).min()
  }
}

extension Tunnel {
  /// What the kernel sees no difference in.
  fileprivate var resemblance: String {
    switch header {
    case .gretap: "with the same remote, local, device and key"
    case .erspan: "with the same remote, local, device and session_id"
    case .vxlan(let vni, let port, let listening):
      "of VNI \(vni) at port \(listening), where the device for port \(port) receives"
    case .geneve(let vni, let port): "of VNI \(vni) at port \(port) with the same remote"
    }
  }

  fileprivate var remedy: String {
    switch header {
    case .gretap: "use another key"
    case .erspan(.typeI): "use version 1 or 2 with a session_id"
    case .erspan: "use another session_id"
    case .vxlan, .geneve: "use another vni or port"
    }
  }
}
