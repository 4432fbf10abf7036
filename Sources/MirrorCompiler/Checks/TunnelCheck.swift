import MirrorModel
import TrafficControl

/// Finds tunnels that the kernel would not take because it already has, or shall have, another that it cannot tell from them.
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
      if let bound = underlayThatStays(tunnel) {
        return Finding(
          owner: unit.owner, kind: .refused,
          message:
            "the kernel does not take the device from a vxlan tunnel that has one: leave 'device: \(bound)', or delete "
            + "the mirror first and apply then")
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

  /// The interface that the kernel keeps for a vxlan device of ours although it is to have none (vxlan_config_apply,
  /// drivers/net/vxlan/vxlan_core.c).
  private func underlayThatStays(_ tunnel: Tunnel) -> String? {
    guard case .vxlan = tunnel.header, tunnel.underlay == nil else { return nil }
    guard case .tunnel(let present) = snapshot.own.devices[tunnel.deviceName]?.kind else { return nil }
    return present.underlay
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
    case .vxlan(let vni, let port): "of VNI \(vni) at port \(port)"
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
