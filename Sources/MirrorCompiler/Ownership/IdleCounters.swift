import MirrorModel
import NetworkTypes
import TrafficControl

/// What a mirror has counted in ways that it no longer goes.
///
/// Copies that are sent straight to an output are counted by other actions than those that pass a stage or a hop first, and those
/// that are cut by others again. Counters of the kernel can be neither set nor moved, so an action that has counted stays as long
/// as its mirror is switched on, bound by no filter, and the sum over all of them goes on. As every role has one meaning, there
/// are no more of them than roles.
struct IdleCounters {
  let snapshot: HostSnapshot
  /// Whose counters stay, by slot.
  private let owners: [UInt16: UInt64]

  init(_ units: [MirrorUnit], in snapshot: HostSnapshot) {
    self.snapshot = snapshot
    let living = units.filter { $0.mirror.administrativeState == .enabled }
    owners = Dictionary(living.map { ($0.workshop.slot, $0.owner.fingerprint) }) { first, _ in first }
  }

  /// Adds them to a state that has everything else.
  func stay(in state: inout KernelState) {
    let leaving = Set(snapshot.own.devices.values.flatMap(\.interfaces))
      .subtracting(state.devices.values.flatMap(\.interfaces))
    for (key, action) in snapshot.own.actions where state.actions[key] == nil && hasCounted(action) {
      var idle = action
      if case .mirred(let target) = action.operation, let device = target.device, leaving.contains(device) {
        // Else it would lose the device with the kernel knowing, and undoing the change would not give it back.
        idle.operation = .mirred(Mirred(.mirror, to: "lo"))
        idle.control = .continue
      }
      state.insert(idle)
    }
  }

  /// Hardware that has to run an action is not to be bothered with one that does nothing.
  private func hasCounted(_ action: Action) -> Bool {
    guard case .object(let role, let owner) = action.cookie.content, role.countsCopies,
      action.offload != .require, let slot = ActionIndex.slot(of: action.key.index)
    else { return false }
    return owners[slot] == owner
  }
}

extension Cookie.Role {
  /// Whether what it has counted is true whatever other actions there are; see ``Cookie/Role/delivery``.
  fileprivate var countsCopies: Bool {
    switch self {
    case .step, .stepWithSecondRecord, .delivery: false
    case .counterWithHeader, .counterWithoutHeader, .packetCounter, .byteCounterWithHeader, .byteCounterWithoutHeader,
      .loss:
      true
    }
  }
}
