import NetworkTypes
import TrafficControl

/// Makes the actions and devices of one owner, with its marks, roles and slot.
struct Workshop {
  let owner: Owner
  let slot: UInt16
  let topology: Topology
  /// The actions of the slot that the kernel has.
  let present: [Action]

  var snapshot: HostSnapshot { topology.snapshot }
  var features: Set<Feature> { snapshot.features }

  func action(
    _ role: UInt32, _ operation: Action.Operation, _ control: Control, counts: Cookie.Role = .step
  ) -> Action {
    Action(
      index: ActionIndex.object(slot: slot, role: role), cookie: Cookie(.object(counts, owner: owner.fingerprint)),
      operation: operation, control: control)
  }

  var alias: String { Device.aliasPrefix + owner.description }

  func require(_ feature: Feature, for purpose: String) throws(Finding) {
    guard features.contains(feature) else { throw missing(feature, for: purpose, owner: owner) }
  }

  /// What a name gets that has no role yet.
  enum NewRole {
    /// One whose device is no longer wanted, so that its action is re-pointed and its counters go on; else a free one.
    case inherited
    /// A free one as long as there is any: not all that is sent by an action may be meant for another device.
    case free
  }

  /// Finds a role for each of the names: the one it has in the kernel, else another.
  ///
  /// - Parameter stride: roles that belong to one name; the first of them names the device.
  func roles(
    for names: [String], in range: Range<UInt32>, stride: UInt32 = 1, new: NewRole = .inherited
  ) -> [String: UInt32] {
    var holders: [UInt32: Holder] = [:]
    for action in present {
      guard case .mirred(let target) = action.operation, ActionIndex.range(of: action.key.index) == .object else {
        continue
      }
      var role = ActionIndex.role(of: action.key.index)
      if range == Role.outputs, role >= ExitRole.more { role -= ExitRole.more }
      guard range.contains(role) else { continue }
      let base = role - (role - range.lowerBound) % stride
      let holder = Holder(key: action.key, device: target.device)
      holders[base] = holders[base].map { better($0, holder, for: names) } ?? holder
    }
    var result: [String: UInt32] = [:]
    for base in holders.keys.sorted() {
      if let device = holders[base]?.device, names.contains(device), result[device] == nil { result[device] = base }
    }
    let abandoned = holders.keys.sorted().filter { !result.values.contains($0) }
    let free = Swift.stride(from: range.lowerBound, to: range.upperBound, by: Int(stride)).filter {
      holders[$0] == nil
    }
    let rest = names.filter { result[$0] == nil }
    for (name, base) in zip(rest, new == .inherited ? abandoned + free : free + abandoned) { result[name] = base }
    return result
  }

  /// An action that shows what its role is for.
  private struct Holder {
    var key: ActionKey
    var device: String?
  }

  /// Of two actions of one base the one that tells more: an idle counter may send where the mirror no longer does.
  private func better(_ one: Holder, _ other: Holder, for names: [String]) -> Holder {
    guard let device = other.device, names.contains(device) else { return one }
    guard let rival = one.device, names.contains(rival) else { return other }
    guard rival != device else { return one }
    switch (isBound(one.key), isBound(other.key)) {
    case (true, false): return one
    case (false, true): return other
    default: return min(one.key, other.key) == one.key ? one : other
    }
  }

  private func isBound(_ action: ActionKey) -> Bool {
    snapshot.own.filters.values.contains { $0.actions.contains(action) }
  }
}
