import MirrorModel
import NetworkTypes
import TrafficControl

/// `output_vlan`: copies are rewritten on a stage and sent to every port that carries the VLAN.
///
/// There is one exit for frames that came in by none of those ports, and one for each of them that leaves it out.
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
    let carriers = try findCarriers(&assembly)
    guard !carriers.isEmpty else {
      assembly.reasons.append("no port carries VLAN \(output.id)" + (mirror.bridge.map { " on \($0)" } ?? ""))
      return assembly
    }
    for feature in [Feature.dummy, .vlan, .gact, .matchall, .bpf] { try workshop.require(feature, for: purpose) }
    let roles = workshop.roles(for: carriers.map(\.port.name), in: Role.carriers)
    let excluded = output.ingressPort == .included ? [] : carriers.map(\.port).filter(canBeIngress)
    var options = [output.innerTag.rawValue, output.ingressPort.rawValue]
    if tagProtocol != .dot1Q { options.append("\(tagProtocol)") }
    assembly.vlanPorts = (carriers.map(\.port.name) + options).joined(separator: " ")
    var target = Target(destination: .vlan(ports: assembly.vlanPorts, id: output.id), exit: "vlan")
    let passesHop = mirror.normalization == .wireFrames || carriers.contains(where: leadsIntoTunnel)
    assembly.exits = [try exit(target.exit, to: carriers, roles, passesHop)]
    for port in excluded {
      let name = "vlan but \(port.name)"
      assembly.exits.append(try exit(name, to: carriers.filter { $0.port != port }, roles, passesHop))
      target.exitByIngress[port.name] = name
    }
    assembly.targets = [target]
    if passesHop { try addHops(&assembly, roles) }
    return assembly
  }

  private func leadsIntoTunnel(_ carrier: Carrier) -> Bool {
    carrier.port.role != .local && workshop.topology.leadsIntoTunnel(carrier.port.name)
  }

  /// One hop for each exit; its number is 0, or the role of the port that the exit leaves out.
  private func addHops(_ assembly: inout Assembly, _ roles: [String: UInt32]) throws(Finding) {
    var numbers: [String: UInt32] = [:]
    for target in assembly.targets {
      for (port, exit) in target.exitByIngress { numbers[exit] = roles[port] }
    }
    func hop(_ exit: Exit) -> Hop {
      Hop(workshop: workshop, number: numbers[exit.name] ?? 0, offload: mirror.hopOffload, shape: exit.shape)
    }
    let names = assembly.exits.map { hop($0).name }
    let hopRoles = workshop.roles(for: names, in: Role.outputs, stride: ExitRole.count, new: .free)
    for (index, exit) in assembly.exits.enumerated() {
      guard let role = hopRoles[names[index]] else {
        throw Finding(
          owner: workshop.owner, kind: .refused,
          message:
            "with normalize, or a tunnel among the ports, output_vlan reaches 59 trunks at most; there are \(names.count)"
        )
      }
      assembly.exits[index] = try hop(exit).lead(to: exit, role: role, in: &assembly.state)
    }
  }

  /// Whether frames that came in by the port can be copied: it is a source itself, or they are seen where they leave.
  private func canBeIngress(_ port: Port) -> Bool {
    selected.contains { $0.side == .destination || $0.port == port }
  }

  private func findCarriers(_ assembly: inout Assembly) throws(Finding) -> [Carrier] {
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
      if carrier.port.role != .local, let refusal = snapshot.interfaces[carrier.port.name]?.outputRefusal {
        throw Finding(owner: workshop.owner, kind: .refused, message: refusal)
      }
      let outage = snapshot.interfaces[carrier.port.name]?.outageReason
      if let outage { assembly.reasons.append(outage) }
      if carrier.port.role != .local {
        let queue = FairQueue(topology: workshop.topology).note(for: carrier.port.name, remedy: "use")
        assembly.noteFairQueue(queue, of: mirror)
      }
      assembly.outputs.append(.init(kind: "vlan", interface: carrier.port.name, isOperational: outage == nil))
    }
    return carriers
  }

  /// Guard, tag, count, send and end.
  private func exit(
    _ name: String, to carriers: [Carrier], _ roles: [String: UInt32], _ passesHop: Bool
  ) throws(Finding) -> Exit {
    var exit = Exit(name: name)
    guard let guardProgram = RemoteVLANGuard.program(vlan: output.id, tagProtocol: tagProtocol) else { return exit }
    if output.innerTag == .kept { exit.view = SwitchView(workshop: workshop, mirror: mirror, output: nil) }
    let shaping = Shaping(workshop: workshop, mirror: mirror, role: Role.outputs.lowerBound, passesHop: passesHop)
    exit.shape = shaping.shape
    if output.innerTag == .kept { exit.shape.insert(.nested) }
    if mirror.view == .switch { exit.shape.insert(.switchView) }
    let count =
      passesHop
      ? workshop.action(Role.countReceived, .gact, .pipe, counts: .counterWithoutHeader)
      : workshop.action(Role.count, .gact, .pipe, counts: .counterWithHeader)
    let sending = CarrierFilters(workshop: workshop, roles: roles, counts: .delivery)
    let cut = try shaping.cut()
    exit.tail = [StageFilter(classifier: .bpf(guardProgram))]
    exit.tail += try shaping.limits() + tagging()
    if !cut.isEmpty { exit.tail += [sending.filter([count])] + cut }
    exit.tail += try sending.filters(for: carriers, after: cut.isEmpty ? count : nil)
    return exit
  }

  private func tagging() -> [StageFilter] {
    let push = workshop.action(Role.push, .vlan(.push(id: output.id, tagProtocol: tagProtocol)), .continue)
    guard output.innerTag == .replaced else { return [StageFilter(classifier: .matchall, actions: [push])] }
    let untagged = FrameMatch(
      tags: .init(tagged: .empty, untagged: true, priorityTagged: false, protocols: replaced))
    return replaced.types.map(modify) + [StageFilter(classifier: .bpf(untagged.program ?? .matchAll), actions: [push])]
  }

  private func modify(_ type: EtherType) -> StageFilter {
    let role = type == .dot1AD ? Role.modifyServiceTag : Role.modify
    let action = workshop.action(role, .vlan(.modify(id: output.id, tagProtocol: type)), .continue)
    return StageFilter(frameProtocol: type, classifier: .matchall, actions: [action])
  }

  private var bridge: Bridge? { mirror.bridge.flatMap { snapshot.interfaces[$0]?.bridge } }

  /// Of the VLAN's tags.
  private var tagProtocol: EtherType { bridge?.tagProtocol ?? .dot1Q }

  /// The tags that get the VLAN's ID; a frame with another one is untagged.
  private var replaced: TagProtocols {
    mirror.view == .switch && bridge?.awareness == .aware
      ? .only(tagProtocol) : RemoteVLANGuard.protocols(of: tagProtocol)
  }
}
