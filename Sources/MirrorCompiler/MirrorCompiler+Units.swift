import MirrorModel
import NetworkTypes
import TrafficControl

extension MirrorCompiler {
  /// Everyone who has a slot, in order.
  var owners: [Owner] { Self.owners(in: profiles) }

  /// Everyone in some profiles who has a slot, in order.
  public static func owners(in profiles: [Profile]) -> [Owner] {
    profiles.flatMap { profile in
      profile.mirrors.map { Owner(profile: profile.name, subject: .mirror($0.name)) }
        + profile.bridges.map { Owner(profile: profile.name, subject: .bridge($0.name)) }
    }.sorted()
  }

  var tooManyOwners: Finding {
    Finding(
      owner: owners.last ?? Owner(profile: "", subject: .mirror("")), kind: .refused,
      message: "one namespace holds \(ActionIndex.slotCount) mirrors at most")
  }

  func makeUnits(_ slots: Slots) -> [MirrorUnit] {
    profiles.flatMap { profile in
      profile.mirrors.map { mirror in
        let owner = Owner(profile: profile.name, subject: .mirror(mirror.name))
        var unit = MirrorUnit(
          owner: owner, keeper: profile.keeper, mirror: mirror,
          workshop: workshop(of: owner, slots))
        unit.suspension = suspended[owner]
        unit.expression = mirror.selection.filter.flatMap { expressions[$0] }
        return unit
      }
    }.sorted { $0.owner < $1.owner }
  }

  func workshop(of owner: Owner, _ slots: Slots) -> Workshop {
    Workshop(
      owner: owner, slot: slots[owner], topology: resolver.topology, present: slots.present[slots[owner]] ?? [])
  }

  static func reservedPorts(
    of profiles: [Profile], without suspended: [Owner: String], _ resolver: PortResolver
  ) -> Set<String> {
    let enabled = profiles.flatMap { profile in
      profile.mirrors.filter { mirror in
        mirror.administrativeState == .enabled
          && suspended[Owner(profile: profile.name, subject: .mirror(mirror.name))] == nil
      }
    }
    return Set(
      enabled.flatMap { mirror -> [String] in
        guard let bridge = mirror.bridge, case .ports(let names) = mirror.output else { return [] }
        return names.compactMap(resolver.interface(named:)).filter { $0.master == bridge }.map(\.name)
      })
  }

  /// Finds the selected ports: never an output of the mirror itself, never one that is reserved.
  func select(_ unit: inout MirrorUnit) throws(Finding) {
    let mirror = unit.mirror
    if let filter = mirror.selection.filter, unit.expression == nil {
      throw Finding(owner: unit.owner, kind: .refused, message: "filter \"\(filter)\" has not been compiled")
    }
    if let bridge = mirror.bridge {
      guard let interface = snapshot.interfaces[bridge] else {
        unit.selectionReasons.append("bridge \(bridge) does not exist")
        return
      }
      guard interface.bridge != nil else {
        throw Finding(owner: unit.owner, kind: .refused, message: "\(bridge) is not a bridge")
      }
    }
    var excluded = reservedPorts
    if case .ports(let names) = mirror.output {
      excluded.formUnion(names.compactMap { resolver.interface(named: $0)?.name })
    }
    for side in Side.allCases {
      let found = resolution(of: side, mirror)
      unit.add(reasons: found.missing.map(\.reason) + reservedSources(of: mirror, side))
      for port in found.ports.sorted(by: { $0.name < $1.name }) where !excluded.contains(port.name) {
        guard try isUsable(port, side, &unit) else { continue }
        unit.selected.append((port, side))
      }
    }
    dropUncertain(&unit)
  }

  /// Every frame enters somewhere. What enters by a port that shares its filters is copied by programs only, and where it leaves
  /// the kernel could not always tell it from what was copied: so nothing is copied there.
  private func dropUncertain(_ unit: inout MirrorUnit) {
    guard case .everyPort = unit.mirror.selection.scope, let bridge = unit.mirror.bridge else { return }
    let isUncertain = resolver.ports(of: bridge).contains { port in
      let point = port.point(.source)
      return snapshot.interfaces[port.name]?.sharedBlocks[point.hook] != nil && !unit.programPoints.contains(point)
    }
    if isUncertain { unit.selected.removeAll { $0.side == .destination } }
  }

  /// Ports that are named as sources although another mirror has them for its output: they take part in no switching.
  private func reservedSources(of mirror: PortMirror, _ side: Side) -> [String] {
    guard case .ports(let source, let destination) = mirror.selection.scope else { return [] }
    let named = (side == .source ? source : destination).filter(\.isLiteral).map(\.text)
    return named.filter(reservedPorts.contains).map { "\($0) is the output of a mirror and takes part in no switching" }
  }

  private func resolution(of side: Side, _ mirror: PortMirror) -> PortResolver.Resolution {
    switch mirror.selection.scope {
    case .everyPort: PortResolver.Resolution(ports: mirror.bridge.map(resolver.ports) ?? [])
    case .ports(let source, let destination):
      resolver.resolve(side == .source ? source : destination, bridge: mirror.bridge)
    }
  }

  private func isUsable(_ port: Port, _ side: Side, _ unit: inout MirrorUnit) throws(Finding) -> Bool {
    guard let interface = snapshot.interfaces[port.name] else { return false }
    guard interface.linkHeader != nil else {
      throw Finding(
        owner: unit.owner, kind: .refused,
        message: "\(port.name) carries neither Ethernet frames nor IP packets (ARPHRD \(interface.hardwareType))")
    }
    if unit.mirror.view == .switch, let state = interface.bridgePort?.state, state != .forwarding { return false }
    if try choosesProgram(at: port.point(side), for: &unit) { return true }
    if snapshot.leavesAlone(port.name) {
      unit.add(reasons: [
        "\(port.name) has just appeared, or its qdisc has just been removed: it is left alone for a moment, because whoever "
          + "did that may add another qdisc"
      ])
      return false
    }
    if let reason = interface.obstacle(at: port.point(side).hook) {
      unit.add(reasons: [reason])
      return false
    }
    return true
  }

  /// Builds the unit's devices, actions and targets.
  func assemble(_ unit: inout MirrorUnit) throws(Finding) {
    guard unit.isEnabled else { return }
    let workshop = unit.workshop
    for feature in [Feature.clsact, .mirred] { try workshop.require(feature, for: "any mirror") }
    switch unit.mirror.output {
    case .ports(let names):
      unit.assembly = try SPANOutput(
        workshop: workshop, mirror: unit.mirror, resolver: resolver, usesPrograms: !unit.programPoints.isEmpty
      ).assemble(names)
    case .vlan(let output):
      unit.assembly = try RSPANOutput(
        workshop: workshop, mirror: unit.mirror, output: output, resolver: resolver, reserved: reservedPorts,
        selected: unit.selected
      ).assemble()
    case .tunnel(let output):
      unit.assembly = try TunnelDevice(
        workshop: workshop, mirror: unit.mirror, output: output, sources: unit.selected.map(\.port)
      ).assemble()
    }
  }

  /// What the hooks of all units have to do.
  func onceOnly(_ units: [MirrorUnit], _ taps: [[Tap]]) throws(Finding) -> [HookProgram] {
    let bridges = Set(units.compactMap(\.mirror.bridge)).compactMap { snapshot.interfaces[$0] }
    let crossings = Dictionary(
      uniqueKeysWithValues: bridges.map {
        ($0.name, Crossings(of: $0, reserved: reservedPorts, resolver: resolver))
      })
    let carriers = units.filter(\.sendsIntoItsBridge).flatMap { $0.assembly.outputs.map(\.interface) }
    return try OnceOnly(crossings: crossings, carriers: Set(carriers)).programs(for: Array(taps.joined()))
  }

  /// Builds the stages that the hooks need, and says which actions the hooks have to bind.
  func stage(_ units: inout [MirrorUnit], _ programs: [HookProgram]) throws(Finding) -> [HookFilters] {
    let byOwner = Dictionary(grouping: programs, by: \.tap.owner)
    var hooks: [HookFilters] = []
    for index in units.indices {
      let result = try Staging(units[index]).result(for: byOwner[units[index].owner] ?? [])
      units[index].assembly.state.merge(result.state)
      units[index].assembly.candidates += result.candidates
      hooks += result.hooks
    }
    let senders = CopySenders(units)
    for index in hooks.indices { hooks[index].skip(senders.devices(to: hooks[index].port)) }
    return hooks
  }

  /// VLANs that are flooded by tc, by bridge.
  static func floodedVLANs(of profiles: [Profile], without suspended: [Owner: String]) -> [String: VLANSet] {
    let bridges = profiles.flatMap { profile in
      profile.bridges.filter { suspended[Owner(profile: profile.name, subject: .bridge($0.name))] == nil }
    }.map { ($0.name, VLANSet($0.floodVLANs)) }
    return Dictionary(bridges) { $0.union($1) }
  }

  func cycleMirror(_ unit: MirrorUnit, _ taps: [Tap]) -> CycleCheck.Mirror {
    let sources = Dictionary(taps.map { ($0.point, $0.vlans) }) { $0.union($1) }
    var result = CycleCheck.Mirror(
      owner: unit.owner, sources: sources, outputs: [], policy: unit.mirror.cyclePolicy)
    let bridge = unit.mirror.bridge.flatMap { snapshot.interfaces[$0]?.bridge }
    if let bridge, bridge.awareness == .aware { result.protocols = .only(bridge.tagProtocol) }
    switch unit.mirror.output {
    case .ports(let names):
      result.outputs = names.compactMap(resolver.interface(named:)).map { HookPoint($0.name, .egress) }
    case .vlan(let output):
      result.tag = CycleCheck.Tag(vlan: output.id, type: bridge?.tagProtocol ?? .dot1Q)
      result.outputs = unit.assembly.outputs.map {
        HookPoint($0.interface, $0.interface == unit.mirror.bridge ? .ingress : .egress)
      }
    case .tunnel(let output):
      result.tunnel = unit.assembly.outputs.first?.interface
      result.mark = output.mark(snapshot.features)
      let way = snapshot.routes[output.routeQuestion(snapshot.features)]?.interface ?? output.device
      result.outputs = [way].compactMap { $0.map { HookPoint($0, .egress) } }
    }
    return result
  }
}
