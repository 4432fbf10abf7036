import MirrorModel
import NetworkTypes
import TrafficControl

/// `output_vlan`: copies are rewritten on a stage and sent to every port that carries the VLAN.
///
/// There is one stage for frames that came in by none of those ports, and one for each of them that leaves it out.
struct RSPANOutput {
  let workshop: Workshop
  let mirror: PortMirror
  let output: VLANOutput
  let resolver: PortResolver
  /// Reserved output ports of all mirrors: they get no copies of others.
  let reserved: Set<String>
  let selected: [(port: Port, side: Side)]

  private var snapshot: HostSnapshot { workshop.snapshot }
  private var purpose: String { "output_vlan" }

  func assemble() throws(Finding) -> Assembly {
    var assembly = Assembly()
    let carriers = findCarriers(&assembly)
    guard !carriers.isEmpty else {
      assembly.reasons.append("no port carries VLAN \(output.id)" + (mirror.bridge.map { " on \($0)" } ?? ""))
      return assembly
    }
    for feature in [Feature.dummy, .vlan, .gact, .matchall, .bpf] { try workshop.require(feature, for: purpose) }
    let roles = workshop.roles(for: carriers.map(\.port.name), in: Role.carriers)
    let excluded = output.ingressPort == .included ? [] : carriers.map(\.port).filter(canBeIngress)
    func stage(_ ingress: Port?) -> String {
      let role = ingress.flatMap { roles[$0.name] }
      return workshop.deviceName("s", role.map { $0 - Role.carriers.lowerBound + 1 } ?? 0)
    }
    let stages = workshop.roles(for: [stage(nil)] + excluded.map(stage), in: Role.stages, stride: 2)
    let options = [output.innerTag.rawValue, output.ingressPort.rawValue]
    assembly.vlanPorts = (carriers.map(\.port.name) + options).joined(separator: " ")
    let skip = workshop.action(Role.skip, .gact, .continue)
    assembly.candidates.append(skip)
    try addStage(stage(nil), carriers, roles, to: &assembly)
    for port in excluded { try addStage(stage(port), carriers.filter { $0.port != port }, roles, to: &assembly) }
    for (hook, offset) in [(Hook.ingress, UInt32(0)), (.egress, 1)] {
      func copy(_ name: String) -> ActionKey {
        let action = workshop.action((stages[name] ?? 0) + offset, .mirred(Mirred(.mirror, to: name)), .continue)
        assembly.candidates.append(action)
        return action.key
      }
      let destination = Target.Destination.vlan(ports: assembly.vlanPorts, id: output.id)
      var target = Target(destination: destination, copy: copy(stage(nil)), skip: skip.key)
      let byIngress = Dictionary(uniqueKeysWithValues: excluded.map { ($0.name, copy(stage($0))) })
      for port in excluded {
        let entering = Target(destination: destination, copy: byIngress[port.name] ?? target.copy, skip: skip.key)
        if port.point(.source).hook == hook {
          assembly.targetsByTap[Assembly.TapPlace(port: port.name, side: .source)] = [entering]
        }
      }
      target.copyByIngress = byIngress
      assembly.targets[hook] = [target]
    }
    return assembly
  }

  /// Whether frames that came in by the port can be copied: it is a source itself, or they are seen where they leave.
  private func canBeIngress(_ port: Port) -> Bool {
    selected.contains { $0.side == .destination || $0.port == port }
  }

  private func findCarriers(_ assembly: inout Assembly) -> [Carrier] {
    var carriers: [Carrier] = []
    if let bridge = mirror.bridge {
      carriers = Carrier.all(of: bridge, vlan: output.id, in: snapshot, resolver: resolver)
    }
    if let patterns = output.ports {
      let named = resolver.resolve(patterns, bridge: mirror.bridge)
      assembly.reasons += named.missing.map { "output \($0.reason)" }
      if mirror.bridge == nil {
        carriers = named.ports.sorted { $0.name < $1.name }.map { Carrier(port: $0, tagging: .tagged) }
      } else {
        let dumb = named.ports.subtracting(carriers.map(\.port)).map(\.name).sorted()
        assembly.reasons += dumb.map { "output \($0) does not carry VLAN \(output.id)" }
        carriers = carriers.filter { named.ports.contains($0.port) }
      }
    }
    carriers = carriers.filter { !reserved.contains($0.port.name) }
    for carrier in carriers {
      let outage = snapshot.interfaces[carrier.port.name]?.outageReason
      if let outage { assembly.reasons.append(outage) }
      assembly.outputs.append(.init(kind: "vlan", interface: carrier.port.name, isOperational: outage == nil))
    }
    return carriers
  }

  /// Guard, tag, count, send tagged, untag, send untagged; what is left over ends in the dummy device.
  private func addStage(
    _ name: String, _ carriers: [Carrier], _ roles: [String: UInt32], to assembly: inout Assembly
  ) throws(Finding) {
    assembly.state.insert(Device(name: name, kind: .dummy, alias: workshop.alias))
    guard let guardProgram = RemoteVLANGuard.program(vlan: output.id) else { return }
    var filters: [(EtherType, Classifier, [Action])] = [(.all, .bpf(guardProgram), [])]
    filters += tagging()
    let tagged = try deliveries(to: carriers.filter { $0.tagging == .tagged }, roles)
    let untagged = try deliveries(to: carriers.filter { $0.tagging == .untagged }, roles)
    let next = workshop.action(Role.next, .gact, .continue)
    let count = workshop.action(Role.count, .gact, .pipe, counts: .counterWithHeader)
    filters.append((.all, .matchall, [count, next]))
    filters += chunks(tagged).map { (.all, .matchall, $0 + [next]) }
    if !untagged.isEmpty {
      filters.append((.all, .matchall, [workshop.action(Role.pop, .vlan(.pop), .continue)]))
      filters += chunks(untagged).map { (.all, .matchall, $0 + [next]) }
    }
    assembly.addStage(HookPoint(name, .egress), filters)
  }

  private func tagging() -> [(EtherType, Classifier, [Action])] {
    let push = workshop.action(Role.push, .vlan(.push(id: output.id, tagProtocol: .dot1Q)), .continue)
    guard output.innerTag == .replaced else { return [(.all, .matchall, [push])] }
    let untagged = FrameMatch(
      tags: .init(tagged: .empty, untagged: true, priorityTagged: false, serviceTags: .areTags))
    let modify = workshop.action(Role.modify, .vlan(.modify(id: output.id, tagProtocol: .dot1Q)), .continue)
    let modifyServiceTag = workshop.action(
      Role.modifyServiceTag, .vlan(.modify(id: output.id, tagProtocol: .dot1AD)), .continue)
    return [
      (.dot1Q, .matchall, [modify]), (.dot1AD, .matchall, [modifyServiceTag]),
      (.all, .bpf(untagged.program ?? .matchAll), [push]),
    ]
  }

  private func deliveries(to carriers: [Carrier], _ roles: [String: UInt32]) throws(Finding) -> [Action] {
    var actions: [Action] = []
    for carrier in carriers {
      guard let role = roles[carrier.port.name] else {
        throw Finding(owner: workshop.owner, kind: .refused, message: "a VLAN can be sent to 3072 ports at most")
      }
      actions.append(workshop.action(role, .mirred(carrier.mirred), .pipe, counts: .delivery))
    }
    return actions
  }
}

/// A filter takes 32 actions (`TCA_ACT_MAX_PRIO`); one place is for the action that goes on to the next filter.
func chunks(_ actions: [Action]) -> [[Action]] {
  stride(from: 0, to: actions.count, by: 30).map { Array(actions[$0..<min($0 + 30, actions.count)]) }
}
