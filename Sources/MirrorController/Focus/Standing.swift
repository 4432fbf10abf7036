import MirrorCompiler
import MirrorModel
import NetworkTypes
import TrafficControl

/// What is known after a look that found everything as it should be: with it, a change of some interfaces takes a look at these only.
///
/// It is never more than a shortcut. Whatever is not certain to concern the interfaces alone takes a look at everything.
public struct Standing: Sendable {
  /// A mirror whose ports are found by their names alone.
  struct Selector: Sendable {
    let owner: Owner
    let patterns: [PortPattern]
    /// Where the mirror names every port: then all that can be wrong with it is known from these.
    let names: Set<String>?
    /// A policy of offloading makes the filters of one port depend on those of others.
    let offload: Offload
    let hook: HookKind

    init(owner: Owner, patterns: Set<PortPattern>, offload: Offload, hook: HookKind) {
      self.owner = owner
      self.patterns = Array(patterns)
      names = patterns.allSatisfy(\.isLiteral) ? Set(patterns.map(\.text)) : nil
      self.offload = offload
      self.hook = hook
    }
  }

  /// The host as it was seen last, without what of ours is at hooks.
  private(set) var host: HostSnapshot
  let profiles: [Profile]
  let slots: [Owner: UInt16]
  /// What was wrong with the mirrors then; of use for those with patterns.
  let reasons: [Owner: Set<String>]
  let warnings: Set<String>
  /// What the copies of any mirror can pass, and the bridges that mirrors look at with their ports: what happens there can
  /// matter to more than one hook.
  let carriers: [String: Interface]
  /// Names that profiles speak of, but for those of mirrors that name all their ports: an interface that has one is more than one
  /// of many.
  let awaited: Set<String>
  let selectors: [Selector]
  let actions: [UInt16: [Action]]
  private(set) var names: [UInt32: String]
  /// How many filters bind an action.
  private var bindings: [ActionKey: Int] = [:]
  /// Actions that a filter has let go of.
  private var released: Set<ActionKey> = []
  /// The actions that filters bind at an interface, one for each.
  private var bound: [String: [ActionKey]] = [:]

  /// Beyond so many carriers it is no shortcut.
  private static let carrierLimit = 2000

  /// - Parameter proposal: of a look after which nothing is left to do.
  /// - Returns: `nil` where nothing can be made of it.
  init?<K>(_ proposal: MirrorController<K>.Proposal, of profiles: [Profile]) {
    let compilation = proposal.compilation
    guard proposal.plan.isEmpty, compilation.suspended.isEmpty else { return nil }
    let snapshot = proposal.observation.snapshot
    // Where packets may leave by any interface, a new one can matter to every mirror.
    guard snapshot.addressedInterfaces.isEmpty else { return nil }
    host = snapshot
    host.own.filters = [:]
    host.own.qdiscs = []
    host.filtersInHardware = []
    host.statistics = [:]
    self.profiles = profiles
    slots = compilation.slots
    reasons = Dictionary(compilation.mirrors.map { ($0.owner, Set($0.reasons)) }) { first, _ in first }
    warnings = Set(compilation.warnings)
    guard
      let carriers = Connections(snapshot).all(
        around: Self.seeds(compilation.mirrors, profiles, snapshot), limit: Self.carrierLimit)
    else { return nil }
    self.carriers = carriers
    let selectors = profiles.flatMap(Self.selectors)
    let byName = Set(selectors.filter { $0.names != nil }.map(\.owner))
    awaited = Set(profiles.flatMap { $0.namedInterfaces(besidesPortsOf: byName) })
    self.selectors = selectors
    actions = SlotContents.all(in: snapshot.own).mapValues(\.actions)
    names = Dictionary(snapshot.interfaces.values.map { ($0.index, $0.name) }) { first, _ in first }
    bind(snapshot.own.filters.values)
  }

  private mutating func bind(_ filters: some Sequence<Filter>) {
    for filter in filters {
      bound[filter.key.point.device, default: []] += filter.actions
      for key in filter.actions { bindings[key, default: 0] += 1 }
    }
  }

  private static func seeds(
    _ reports: [MirrorReport], _ profiles: [Profile], _ snapshot: HostSnapshot
  ) -> Set<String> {
    var seeds = Set(reports.flatMap(\.outputs).map(\.interface))
    seeds.formUnion(snapshot.own.devices.values.flatMap(\.interfaces))
    seeds.formUnion(snapshot.routes.values.map(\.interface))
    seeds.formUnion(profiles.flatMap(\.bridges).map(\.name))
    seeds.formUnion(profiles.flatMap(\.mirrors).compactMap(\.bridge))
    return seeds
  }

  private static func selectors(_ profile: Profile) -> [Selector] {
    profile.mirrors.compactMap { mirror in
      guard mirror.bridge == nil, mirror.administrativeState == .enabled,
        case .ports(let source, let destination) = mirror.selection.scope
      else { return nil }
      let owner = Owner(profile: profile.name, subject: .mirror(mirror.name))
      return Selector(
        owner: owner, patterns: Set(source + destination), offload: mirror.offload, hook: mirror.hook)
    }
  }

  /// Forgets what was known of an interface.
  mutating func forget(_ index: UInt32) {
    guard let name = names.removeValue(forKey: index) else { return }
    host.interfaces[name] = nil
    for hook in Hook.allCases { host.foreignFilters[HookPoint(name, hook)] = nil }
    for key in bound.removeValue(forKey: name) ?? [] {
      bindings[key, default: 0] -= 1
      released.insert(key)
    }
  }

  /// Whether all actions that filters have let go of are bound by others: else the mirror may need less than before.
  mutating func releaseIsComplete() -> Bool {
    defer { released = [] }
    return released.allSatisfy { bindings[$0, default: 0] > 0 }
  }

  /// Takes over what has been seen of some interfaces.
  mutating func take(_ look: HostSnapshot) {
    for (name, interface) in look.interfaces {
      host.interfaces[name] = interface
      names[interface.index] = name
    }
    host.foreignFilters.merge(look.foreignFilters) { _, new in new }
    bind(look.own.filters.values)
  }
}

extension Profile {
  /// The names of interfaces that the profile has without wildcards.
  ///
  /// - Parameter owners: the mirrors whose source and destination ports are left out.
  fileprivate func namedInterfaces(besidesPortsOf owners: Set<Owner>) -> [String] {
    bridges.map(\.name)
      + mirrors.flatMap { mirror -> [String] in
        var names = [mirror.bridge].compactMap(\.self)
        if case .ports(let source, let destination) = mirror.selection.scope,
          !owners.contains(Owner(profile: name, subject: .mirror(mirror.name)))
        {
          names += (source + destination).filter(\.isLiteral).map(\.text)
        }
        switch mirror.output {
        case .ports(let outputs): names += outputs
        case .vlan: break
        case .tunnel(let tunnel): names += [tunnel.device].compactMap(\.self)
        }
        return names
      }
  }
}
