import MirrorCompiler
import MirrorModel
import NetworkTypes
import TrafficControl

extension MirrorController {
  /// How often to look again at the interfaces because something is left to do.
  private static var focusRounds: Int { 4 }

  /// Puts right what some interfaces need that have changed since everything was as it should be, and reads it back.
  ///
  /// The number of requests depends on these interfaces only.
  ///
  /// - Parameters:
  ///   - interfaces: their indexes; those of interfaces that are gone included.
  ///   - standing: where everything stood; afterwards, where it stands now.
  ///   - isInterrupted: asked between requests.
  /// - Returns: what was done; `nil`: it takes a look at everything, and `standing` is of no use any more.
  public func focus(
    on interfaces: Set<UInt32>, _ standing: inout Standing, isInterrupted: () -> Bool = { false }
  ) -> [Step]? {
    var steps: [Step] = []
    for _ in 0..<Self.focusRounds {
      guard let look = try? kernel.snapshot(of: interfaces), standing.update(interfaces, with: look),
        let plan = plan(for: look, standing)
      else { return nil }
      if plan.isEmpty { return standing.releaseIsComplete() ? steps : nil }
      let execution = kernel.perform(plan.steps, names: .ofLastLook, isInterrupted: isInterrupted)
      steps += execution.done
      // What has gone meanwhile is seen in the next round.
      if let failure = execution.failure, failure.cause != .notFound { return nil }
    }
    return nil
  }

  /// What is to be done at interfaces that were looked at; `nil`: that does not follow from them alone.
  private func plan(for look: HostSnapshot, _ standing: Standing) -> Plan? {
    var current = KernelState()
    current.filters = look.own.filters
    current.qdiscs = look.own.qdiscs
    let selectors = standing.selectors(of: look.interfaces.values)
    let owners = Set(selectors.map(\.owner))
    let profiles = standing.profiles(of: owners)
    let (programs, findings) = expressions(of: profiles)
    guard findings.isEmpty, selectors.allSatisfy({ $0.offload == .auto }),
      let compilation = try? MirrorCompiler(
        profiles, on: standing.excerpt(of: owners, look), expressions: programs
      ).compile(),
      Set(compilation.warnings).isSubset(of: standing.warnings),
      compilation.mirrors.allSatisfy({ Set($0.reasons).isSubset(of: standing.reasons[$0.owner] ?? []) })
    else { return nil }
    var desired = KernelState()
    desired.filters = compilation.desired.filters.filter { look.interfaces[$0.key.point.device] != nil }
    desired.qdiscs = compilation.desired.qdiscs.filter { look.interfaces[$0] != nil }
    let bound = Set(desired.filters.values.flatMap(\.actions))
    guard bound.allSatisfy({ standing.has($0, as: compilation.desired.actions[$0]) }) else { return nil }
    return Plan.difference(from: current, to: desired)
  }
}

extension Standing {
  /// Takes over a look at some interfaces.
  ///
  /// - Returns: whether these are interfaces that matter to their own hooks only, and did before.
  mutating func update(_ indexes: Set<UInt32>, with look: HostSnapshot) -> Bool {
    guard look.own.devices.isEmpty else { return false }
    for index in indexes {
      guard let name = names[index], let former = host.interfaces[name] else { continue }
      guard isOneOfMany(former) else { return false }
      forget(index)
    }
    guard look.interfaces.values.allSatisfy(isOneOfMany) else { return false }
    // A name can have gone over from an interface of which nothing has been told yet.
    guard look.interfaces.keys.allSatisfy({ host.interfaces[$0] == nil }) else { return false }
    take(look)
    return true
  }

  private func isOneOfMany(_ interface: Interface) -> Bool {
    // What filters hardware runs may be about more than one interface.
    if interface.kind == nil, interface.hardwareType == 1 { return false }
    let names = [interface.name] + interface.alternativeNames
    return interface.tunnel == nil && interface.bridge == nil && awaited.isDisjoint(with: names)
      && carriers[interface.name] == nil && interface.connected.allSatisfy { carriers[$0] == nil }
  }

  /// The mirrors that select one of some interfaces.
  func selectors(of interfaces: some Sequence<Interface>) -> [Selector] {
    let names = interfaces.flatMap { [$0.name] + $0.alternativeNames }
    return selectors.filter { selector in
      selector.patterns.contains { pattern in !pattern.isLiteral && names.contains(where: pattern.matcher) }
    }
  }

  /// The parts of the profiles that are about some mirrors.
  func profiles(of owners: Set<Owner>) -> [Profile] {
    profiles.compactMap { profile in
      let mirrors = profile.mirrors.filter { owners.contains(Owner(profile: profile.name, subject: .mirror($0.name))) }
      return mirrors.isEmpty ? nil : Profile(name: profile.name, mirrors: mirrors, keeper: profile.keeper)
    }
  }

  /// As much of the host as matters to some mirrors at the interfaces of a look.
  func excerpt(of owners: Set<Owner>, _ look: HostSnapshot) -> HostSnapshot {
    var excerpt = look
    excerpt.interfaces.merge(carriers) { looked, _ in looked }
    excerpt.features = host.features
    excerpt.routes = host.routes
    excerpt.foreignActions = host.foreignActions
    excerpt.own.devices = host.own.devices
    for slot in owners.compactMap({ slots[$0] }) {
      for action in actions[slot] ?? [] { excerpt.own.insert(action) }
    }
    return excerpt
  }

  func has(_ key: ActionKey, as action: Action?) -> Bool {
    action != nil && host.own.actions[key] == action
  }
}
