import TrafficControl

/// The filters that send copies to the ports of a VLAN: tagged to some, then without the tag to the others.
///
/// They are programs of BPF, which the kernel replaces at once with all that they run. A port has its place in them by the role
/// of its action, which stays, so it loses and doubles no copy when others come and go; and where one filter holds all ports,
/// none when it becomes tagged or untagged itself. Where it takes several, the last takes the tag off, and those without the tag
/// follow from there backwards: tagged 0, tagged 1 and untagged 1, untagged 0.
struct CarrierFilters {
  let workshop: Workshop
  let roles: [String: UInt32]

  /// Ports of one filter: of its 32 actions (`TCA_ACT_MAX_PRIO`) one may count, one takes the tag off and one goes on or ends.
  private static let size: UInt32 = 29

  /// The last of them ends the way of what it has sent: a dummy device could free it only after putting the tag into the data,
  /// and from the peer of a hop it would go on to this host.
  ///
  /// - Parameter count: runs on every copy before it is sent.
  func filters(for carriers: [Carrier], after count: Action?) throws(Finding) -> [StageFilter] {
    var tagged: [UInt32: [Action]] = [:]
    var untagged: [UInt32: [Action]] = [:]
    for carrier in carriers {
      guard let role = roles[carrier.port.name] else {
        throw Finding(owner: workshop.owner, kind: .refused, message: "a VLAN can be sent to 2816 ports at most")
      }
      let number = (role - Role.carriers.lowerBound) / Self.size
      let action = workshop.action(role, .mirred(carrier.mirred), .pipe, counts: .delivery)
      switch carrier.tagging {
      case .tagged: tagged[number, default: []].append(action)
      case .untagged: untagged[number, default: []].append(action)
      }
    }
    let last = max(tagged.keys.max() ?? 0, untagged.keys.max() ?? 0)
    var lists = (0...last).map { tagged[$0] ?? [] }
    if let count { lists[0].insert(count, at: 0) }
    if !untagged.isEmpty {
      lists[lists.count - 1] += [workshop.action(Role.untag, .vlan(.pop), .pipe)] + (untagged[last] ?? [])
      lists += (0..<last).reversed().map { untagged[$0] ?? [] }
    }
    let end = workshop.action(Role.end, .gact, .trap)
    return lists.dropLast().map(filter) + lists.suffix(1).map { filter($0, end) }
  }

  /// Runs actions on every copy and goes on with the next filter.
  func filter(_ actions: [Action]) -> StageFilter { filter(actions, workshop.action(Role.next, .gact, .continue)) }

  private func filter(_ actions: [Action], _ last: Action) -> StageFilter {
    StageFilter(classifier: .bpf(.matchAll), actions: actions + [last])
  }
}
