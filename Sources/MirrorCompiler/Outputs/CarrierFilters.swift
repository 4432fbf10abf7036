import TrafficControl

/// The filters that send copies to the ports of a VLAN: tagged to some, then without the tag to the others.
///
/// They are programs of BPF, which the kernel replaces at once with all that they run. A port has its place in them by the role of
/// its action, and a filter has its preference by the number of its ports, so that no port that stays loses or doubles a copy when
/// others come and go. Ports of number 0 also lose and double none when they become tagged or untagged: they are sent to by one
/// filter in the middle, which also takes the tag off. Before it comes what is sent with the tag to the ports of other numbers,
/// behind it what is sent to them without.
struct CarrierFilters {
  let workshop: Workshop
  let roles: [String: UInt32]

  /// What the deliveries count.
  var counts = Cookie.Role.step

  /// Ports of one filter: of its 32 actions (`TCA_ACT_MAX_PRIO`) three are left to what is done before, between and after.
  static let size: UInt32 = 29

  /// The ports that one filter sends to, by its number.
  func groups(of carriers: [Carrier]) throws(Finding) -> [UInt32: [Carrier]] {
    var groups: [UInt32: [Carrier]] = [:]
    for carrier in carriers {
      groups[(try role(of: carrier) - Role.carriers.lowerBound) / Self.size, default: []].append(carrier)
    }
    return groups
  }

  /// The deliveries to ports, which need the tag or none.
  func actions(for carriers: [Carrier]) throws(Finding) -> [Carrier.Tagging: [Action]] {
    var actions: [Carrier.Tagging: [Action]] = [:]
    for carrier in carriers {
      let action = workshop.action(try role(of: carrier), .mirred(carrier.mirred), .pipe, counts: counts)
      actions[carrier.tagging, default: []].append(action)
    }
    return actions
  }

  private func role(of carrier: Carrier) throws(Finding) -> UInt32 {
    guard let role = roles[carrier.port.name] else {
      throw Finding(
        owner: workshop.owner, kind: .refused, message: "a VLAN can be sent to \(Role.carriers.count) ports at most")
    }
    return role
  }

  /// The last of them ends the way of what it has sent: a dummy device could free it only after putting the tag into the data,
  /// and from the peer of a hop it would go on to this host.
  ///
  /// - Parameter count: runs on every copy.
  func filters(for carriers: [Carrier], after count: Action?) throws(Finding) -> [StageFilter] {
    let groups = try groups(of: carriers)
    let end = workshop.action(Role.end, .gact, .trap)
    var middle = count.map { [$0] } ?? []
    var (before, behind): ([StageFilter], [StageFilter]) = ([], [])
    var untagged: [Action] = []
    for (number, carriers) in groups.sorted(by: { $0.key < $1.key }) {
      let actions = try actions(for: carriers)
      guard number > 0 else {
        middle += actions[.tagged] ?? []
        untagged = actions[.untagged] ?? []
        continue
      }
      if let tagged = actions[.tagged] { before.append(filter(tagged, Self.middle - UInt16(number))) }
      if let untagged = actions[.untagged] { behind.append(filter(untagged, Self.middle + UInt16(number))) }
    }
    if !untagged.isEmpty || !behind.isEmpty { middle.append(workshop.action(Role.untag, .vlan(.pop), .pipe)) }
    middle += untagged + [behind.isEmpty ? end : next]
    return before + [
      StageFilter(classifier: .bpf(.matchAll), actions: middle, preference: Self.middle)
    ] + behind + [StageFilter(classifier: .bpf(.matchAll), actions: [end], preference: Self.last)]
  }

  /// Preferences: of the filter in the middle, with room for those of other numbers on both sides, and of the last.
  private static let (middle, last): (UInt16, UInt16) = (2000, 4000)

  private var next: Action { workshop.action(Role.next, .gact, .continue) }

  /// Runs actions on every copy and goes on with the next filter.
  ///
  /// - Parameter preference: `nil`: the next one.
  func filter(_ actions: [Action], _ preference: UInt16? = nil) -> StageFilter {
    StageFilter(classifier: .bpf(.matchAll), actions: actions + [next], preference: preference)
  }
}
