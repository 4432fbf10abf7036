import MirrorCompiler
import MirrorModel
import NetworkTypes
import TrafficControl

/// What a look at some interfaces has led to.
public struct FocusResult: Sendable {
  /// How a look at some interfaces can end.
  public enum End: Hashable, Sendable {
    case settled
    /// It takes a look at everything.
    case insufficient
  }

  public var end = End.insufficient
  /// What was done to the kernel, however it ended.
  public var steps: [Step] = []
  /// How the mirrors fare whose state may be another one than before, the last report of each.
  public var reports: [Owner: MirrorReport] = [:]
}

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
  ///   - newcomers: how long they are left alone takes a look at everything.
  ///   - isInterrupted: asked between requests.
  /// - Returns: what was done; where it is not enough, `standing` is of no use any more.
  public func focus(
    on interfaces: Set<UInt32>, _ standing: inout Standing, awaiting newcomers: Newcomers = Newcomers(grace: .zero),
    isInterrupted: () -> Bool = { false }
  ) -> FocusResult {
    var result = FocusResult()
    for _ in 0..<Self.focusRounds {
      guard let look = try? kernel.snapshot(of: interfaces), !look.interfaces.values.contains(where: newcomers.awaits),
        let names = standing.update(interfaces, with: look),
        let (plan, reports) = plan(for: look, names, standing)
      else { return result }
      for report in reports { result.reports[report.owner] = report }
      if plan.isEmpty {
        if standing.releaseIsComplete() { result.end = .settled }
        return result
      }
      let execution = perform(plan.steps, names: .ofLastLook, isInterrupted: isInterrupted)
      result.steps += execution.done
      // What has gone meanwhile is seen in the next round.
      if let failure = execution.failure, failure.cause != .notFound { return result }
    }
    return result
  }

  /// What is to be done at interfaces that were looked at, and how the mirrors fare that name all their ports; `nil`: that does not
  /// follow from the interfaces alone.
  ///
  /// - Parameter names: those that the interfaces have and had.
  private func plan(
    for look: HostSnapshot, _ names: Set<String>, _ standing: Standing
  ) -> (plan: Plan, reports: [MirrorReport])? {
    var current = KernelState()
    current.filters = look.own.filters
    current.qdiscs = look.own.qdiscs
    let selectors = standing.selectors(of: look.interfaces.values, named: names)
    let profiles = standing.profiles(of: Set(selectors.map(\.owner)))
    let (filters, findings) = expressions(of: profiles)
    guard findings.isEmpty, selectors.allSatisfy({ $0.offload == .auto && $0.hook != .tcx }),
      var compilation = try? MirrorCompiler(
        profiles, on: standing.excerpt(for: selectors, look), expressions: filters
      ).compile(),
      Set(compilation.warnings).isSubset(of: standing.warnings)
    else { return nil }
    let programs = kernel.tcxPrograms(at: compilation.mirrorPoints)
    // Whose programs they are, and what they leave to filters, is told by all that there is.
    guard compilation.desired.programs.isEmpty else { return nil }
    if compilation.wantsPrograms || !programs.isEmpty && selectors.contains(where: { $0.hook == .auto }) {
      guard (try? kernel.features(among: [.tcx])) == [] else { return nil }
    }
    compilation.add(programs)
    let byName = Set(selectors.filter { $0.names != nil }.map(\.owner))
    let reports = compilation.mirrors.filter { byName.contains($0.owner) }
    let others = compilation.mirrors.filter { !byName.contains($0.owner) }
    guard others.allSatisfy({ Set($0.reasons).isSubset(of: standing.reasons[$0.owner] ?? []) }) else { return nil }
    var desired = KernelState()
    desired.filters = compilation.desired.filters.filter { look.interfaces[$0.key.point.device] != nil }
    desired.qdiscs = compilation.desired.qdiscs.filter { look.interfaces[$0] != nil }
    let bound = Set(desired.filters.values.flatMap(\.actions))
    guard bound.allSatisfy({ standing.has($0, as: compilation.desired.actions[$0]) }) else { return nil }
    return (Plan.difference(from: current, to: desired), reports)
  }
}

extension Standing {
  /// Takes over a look at some interfaces.
  ///
  /// - Returns: the names that they have and had; `nil`: not all of them matter to their own hooks only.
  mutating func update(_ indexes: Set<UInt32>, with look: HostSnapshot) -> Set<String>? {
    guard look.own.devices.isEmpty else { return nil }
    var known: Set<String> = []
    for index in indexes {
      guard let name = names[index], let former = host.interfaces[name] else { continue }
      guard isOneOfMany(former), !hasProgram(name) else { return nil }
      known.formUnion([name] + former.alternativeNames)
      forget(index)
    }
    guard look.interfaces.values.allSatisfy(isOneOfMany) else { return nil }
    // A name can have gone over from an interface of which nothing has been told yet.
    guard look.interfaces.keys.allSatisfy({ host.interfaces[$0] == nil }) else { return nil }
    take(look)
    return known.union(look.interfaces.values.flatMap { [$0.name] + $0.alternativeNames })
  }

  /// Marks of programs are among the actions, which are not looked at.
  private func hasProgram(_ interface: String) -> Bool {
    Hook.allCases.contains { host.own.programs[HookPoint(interface, $0)] != nil }
  }

  private func isOneOfMany(_ interface: Interface) -> Bool {
    // What filters hardware runs may be about more than one interface.
    if interface.kind == nil, interface.hardwareType == 1 { return false }
    let names = [interface.name] + interface.alternativeNames
    return interface.tunnel == nil && interface.bridge == nil && awaited.isDisjoint(with: names)
      && carriers[interface.name] == nil && interface.connected.allSatisfy { carriers[$0] == nil }
  }

  /// The mirrors that select one of some interfaces, or name one that is there or was.
  func selectors(of interfaces: some Sequence<Interface>, named names: Set<String>) -> [Selector] {
    let present = interfaces.flatMap { [$0.name] + $0.alternativeNames }
    return selectors.filter { selector in
      if let ports = selector.names { return names.contains(where: ports.contains) }
      return selector.patterns.contains { pattern in !pattern.isLiteral && present.contains(where: pattern.matcher) }
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
  func excerpt(for selectors: [Selector], _ look: HostSnapshot) -> HostSnapshot {
    var excerpt = look
    excerpt.interfaces.merge(carriers) { looked, _ in looked }
    let named = selectors.flatMap(\.patterns).filter(\.isLiteral).map(\.text)
    for interface in interfaces(named: Set(named)) {
      excerpt.interfaces[interface.name] = interface
      for point in Hook.allCases.map({ HookPoint(interface.name, $0) }) {
        excerpt.foreignFilters[point] = host.foreignFilters[point]
      }
    }
    excerpt.features = host.features
    excerpt.newcomers = host.newcomers
    excerpt.routes = host.routes
    excerpt.addressedInterfaces = host.addressedInterfaces
    excerpt.foreignActions = host.foreignActions
    excerpt.own.devices = host.own.devices
    for slot in Set(selectors.compactMap { slots[$0.owner] }) {
      for action in actions[slot] ?? [] { excerpt.own.insert(action) }
    }
    return excerpt
  }

  /// The interfaces that have one of some names, as they were seen last.
  private func interfaces(named names: Set<String>) -> [Interface] {
    let found = names.compactMap { host.interfaces[$0] }
    guard found.count < names.count else { return found }
    return found + host.interfaces.values.filter { !names.isDisjoint(with: $0.alternativeNames) }
  }

  func has(_ key: ActionKey, as action: Action?) -> Bool {
    action != nil && host.own.actions[key] == action
  }
}
