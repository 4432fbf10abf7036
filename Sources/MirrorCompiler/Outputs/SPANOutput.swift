import MirrorModel
import NetworkTypes
import TrafficControl

/// `output_port`: copies leave by interfaces that exist already.
struct SPANOutput {
  let workshop: Workshop
  let mirror: PortMirror
  let resolver: PortResolver
  let selected: [(port: Port, side: Side)]

  /// Roles of one output: the two hooks' copies and the stage's delivery.
  private enum Offset {
    static let ingress: UInt32 = 0
    static let egress: UInt32 = 1
    static let delivery: UInt32 = 2
    static let stride: UInt32 = 4
  }

  func assemble(_ names: [String]) throws(Finding) -> Assembly {
    var assembly = Assembly()
    var found: [Interface] = []
    for name in names {
      if let interface = resolver.interface(named: name), !found.contains(interface) {
        found.append(interface)
      } else if resolver.interface(named: name) == nil {
        assembly.reasons.append("output \(name) does not exist")
        assembly.outputs.append(.init(kind: "port", interface: name, isOperational: false))
      }
    }
    let lost = names.count - found.count
    let places = found.map(\.name) + (0..<max(0, lost)).map { "\u{0}\($0)" }
    let roles = workshop.roles(for: places, in: Role.outputs, stride: Offset.stride)
    let skip = workshop.action(Role.skip, .gact, .continue)
    assembly.candidates.append(skip)
    var staged: [SwitchView.Place] = []
    for interface in found {
      guard let role = roles[interface.name] else {
        throw Finding(owner: workshop.owner, kind: .refused, message: "a mirror can have 60 output ports at most")
      }
      if mirror.view == .switch {
        let deliver = workshop.action(
          role + Offset.delivery, .mirred(Mirred(.redirect, to: interface.name)), .stolen, counts: .counterWithHeader)
        staged.append(SwitchView.Place(output: interface, role: role, delivery: deliver))
      } else {
        addCopies(to: interface, role: role, skip: skip.key, &assembly)
      }
      addReport(interface, to: &assembly)
    }
    if let bridge = mirror.bridge, !staged.isEmpty {
      try SwitchView(workshop: workshop, bridge: bridge, selected: selected).add(staged, skip: skip.key, to: &assembly)
    }
    for place in places.dropFirst(found.count) { keepLost(role: roles[place], skip: skip.key, in: &assembly) }
    return assembly
  }

  private func addCopies(to output: Interface, role: UInt32, skip: ActionKey, _ assembly: inout Assembly) {
    for (hook, offset) in [(Hook.ingress, Offset.ingress), (.egress, Offset.egress)] {
      let counts: Cookie.Role = hook == .ingress ? .counterWithoutHeader : .counterWithHeader
      let copy = workshop.action(role + offset, .mirred(Mirred(.mirror, to: output.name)), .continue, counts: counts)
      assembly.candidates.append(copy)
      assembly.targets[hook, default: []].append(
        Target(destination: .device(output.name), copy: copy.key, skip: skip))
    }
  }

  private func addReport(_ output: Interface, to assembly: inout Assembly) {
    if let bridge = mirror.bridge, output.master == bridge { assembly.reservedPorts.append(output.name) }
    if mirror.bridge == nil, let bridge = output.master, workshop.snapshot.interfaces[bridge]?.bridge != nil {
      assembly.warnings.append(
        "mirror \(mirror.name): \(output.name) is a port of \(bridge) and goes on switching; 'bridge: \(bridge)' reserves it"
      )
    }
    if let reason = output.outageReason { assembly.reasons.append(reason) }
    assembly.outputs.append(
      .init(kind: "port", interface: output.name, isOperational: output.outageReason == nil))
  }

  /// An output that is gone: what pointed to it stays, so that its filters count on and heal with it.
  private func keepLost(role: UInt32?, skip: ActionKey, in assembly: inout Assembly) {
    guard let role else { return }
    for (hook, offset) in [(Hook.ingress, Offset.ingress), (.egress, Offset.egress)] {
      let key = ActionKey(.mirred, ActionIndex.object(slot: workshop.slot, role: role + offset))
      guard let kept = workshop.snapshot.own.actions[key], case .mirred(let target) = kept.operation,
        target.device == nil
      else { continue }
      assembly.candidates.append(kept)
      assembly.targets[hook, default: []].append(
        Target(destination: .device("\u{0}\(workshop.slot) \(role)"), copy: key, skip: skip))
    }
  }
}
