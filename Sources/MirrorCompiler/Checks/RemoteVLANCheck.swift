import MirrorModel
import TrafficControl

/// Finds mirrors that send the same frames into one VLAN in different ways, so that a port would get a copy from each.
enum RemoteVLANCheck {
  static func findings(for units: [MirrorUnit]) -> [Finding] {
    let remote = units.filter { $0.isEnabled && !$0.assembly.vlanPorts.isEmpty }
    return remote.indices.compactMap { index in
      let unit = remote[index]
      guard let other = remote[..<index].first(where: { isInTheWay($0, of: unit) }) else { return nil }
      return Finding(
        owner: unit.owner, kind: .refused,
        message:
          "mirror \(other.owner) sends frames of the same ports into the same VLAN, but with other ports, tags, "
          + "reflect or keep_inner, so that a port would get two copies of a frame: make these equal, or use another VLAN",
        others: [other.owner])
    }
  }

  private static func isInTheWay(_ other: MirrorUnit, of unit: MirrorUnit) -> Bool {
    guard case .vlan(let first) = other.mirror.output, case .vlan(let second) = unit.mirror.output,
      first.id == second.id, other.assembly.vlanPorts != unit.assembly.vlanPorts
    else { return false }
    let ports = Set(other.assembly.outputs.map(\.interface)).intersection(unit.assembly.outputs.map(\.interface))
    let sides = (other.selected + unit.selected).map(\.side)
    let isShared =
      sides.contains(.destination)
      || other.selected.contains { place in
        unit.selected.contains { $0.port.name == place.port.name }
      }
    return !ports.isEmpty && isShared
  }
}
