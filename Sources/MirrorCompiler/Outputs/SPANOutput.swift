import MirrorModel
import NetworkTypes
import TrafficControl

/// `output_port`: copies leave by interfaces that exist already.
struct SPANOutput {
  let workshop: Workshop
  let mirror: PortMirror
  let resolver: PortResolver
  /// Whether tcx programs make copies, which only devices of ours can count.
  var usesPrograms = false

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
    let roles = workshop.roles(for: places, in: Role.outputs, stride: ExitRole.count)
    for interface in found {
      if let refusal = interface.outputRefusal {
        throw Finding(owner: workshop.owner, kind: .refused, message: refusal)
      }
      if interface.master == mirror.bridge, mirror.bridge != nil,
        let reason = interface.sharedBlockReason(at: .ingress)
      {
        throw Finding(owner: workshop.owner, kind: .refused, message: "output " + reason)
      }
      guard let role = roles[interface.name] else {
        throw Finding(owner: workshop.owner, kind: .refused, message: "a mirror can have 60 output ports at most")
      }
      let exit = try exit(interface.name, to: interface, role: role, in: &assembly.state)
      add(exit, destination: interface.name, to: &assembly)
      addReport(interface, to: &assembly)
    }
    for place in places.dropFirst(found.count) {
      guard let role = roles[place] else { continue }
      let exit = try exit(place, to: nil, role: role, in: &assembly.state)
      add(exit, destination: "\u{0}\(workshop.slot) \(role)", to: &assembly)
    }
    return assembly
  }

  private func add(_ exit: Exit, destination: String, to assembly: inout Assembly) {
    assembly.exits.append(exit)
    assembly.targets.append(Target(destination: .device(destination), exit: exit.name))
  }

  /// - Parameter output: `nil` where it is gone: what pointed to it stays, so that its filters count on and heal with it.
  private func exit(
    _ name: String, to output: Interface?, role: UInt32, in state: inout KernelState
  ) throws(Finding) -> Exit {
    let passesHop = passesHop(to: output)
    let shaping = Shaping(workshop: workshop, mirror: mirror, role: role, passesHop: passesHop)
    var exit = Exit(
      name: name, shape: shaping.shape, view: SwitchView(workshop: workshop, mirror: mirror, output: output))
    let ending = try shaping.ending(to: output?.name, matchingAll: usesPrograms ? everything : .matchall)
    if ending.flatMap(\.actions).allSatisfy(exists) { exit.tail = ending }
    guard !passesHop else {
      guard !exit.tail.isEmpty else { return exit }
      let hop = Hop(workshop: workshop, number: role, offload: mirror.hopOffload, shape: shaping.shape)
      return try hop.lead(to: exit, role: role, in: &state)
    }
    guard !shaping.isNeeded else { return exit }
    exit.direct = workshop.directCopies(to: output?.name, role: role).filter { exists($0.value) }
    return exit
  }

  /// Copies of programs are delivered also where the kernel has little: it has eBPF in any case.
  private var everything: Classifier {
    !workshop.features.contains(.matchall) && workshop.features.contains(.bpf) ? .bpf(.matchAll) : .matchall
  }

  /// Without a hop a tunnel of somebody else would tell senders of its MTU; where hardware makes the copies, they have no route.
  private func passesHop(to output: Interface?) -> Bool {
    if mirror.normalization == .wireFrames { return true }
    if usesPrograms, !workshop.features.contains(.dummy) { return true }
    guard let output, mirror.offload != .require else { return false }
    return workshop.topology.leadsIntoTunnel(output.name)
  }

  /// The kernel makes no action that points nowhere, but keeps those whose device goes.
  private func exists(_ action: Action) -> Bool {
    guard case .mirred(let target) = action.operation, target.device == nil else { return true }
    return workshop.snapshot.own.actions[action.key] == action
  }

  private func addReport(_ output: Interface, to assembly: inout Assembly) {
    if let bridge = mirror.bridge, output.master == bridge { assembly.reservedPorts.append(output.name) }
    if mirror.bridge == nil, let bridge = output.master, workshop.snapshot.interfaces[bridge]?.bridge != nil {
      assembly.warnings.append(
        "mirror \(mirror.name): \(output.name) is a port of \(bridge) and goes on switching; 'bridge: \(bridge)' reserves it"
      )
    }
    if mirror.normalization == .asIs {
      let queue = FairQueue(topology: workshop.topology).note(for: output.name, remedy: "set 'normalize: true', or")
      assembly.noteFairQueue(queue, of: mirror)
    }
    if let reason = output.outageReason { assembly.reasons.append(reason) }
    assembly.outputs.append(
      .init(kind: "port", interface: output.name, isOperational: output.outageReason == nil))
  }
}
