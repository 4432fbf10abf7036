import NetworkTypes
import TrafficControl

/// Bridge ports that take nothing but copies: the bridge floods nothing to them and learns nothing from them, and what they
/// receive is dropped. Their former flags are kept in the kernel and come back with the port's release.
struct Reservations {
  let snapshot: HostSnapshot
  let carrier: ActionKind

  /// Adds the reservation of each port and the release of each that is reserved no more.
  func apply(
    to ports: Set<String>, _ placement: inout FilterPlacement, desired: inout KernelState, current: inout KernelState
  ) {
    var indexes = Set(snapshot.own.actions.keys.map(\.index)).union(snapshot.foreignActions.map(\.index))
    for port in ports.sorted() {
      guard let interface = snapshot.interfaces[port], let flags = interface.bridgePort?.flags else { continue }
      let record = existingRecord(of: interface) ?? newRecord(of: interface, flags: flags, avoiding: &indexes)
      desired.insert(record)
      desired.bridgePorts[port] = .reserved
      current.bridgePorts[port] = flags
      desired.insert(drop(at: HookPoint(port, .ingress), &placement))
    }
    for interface in snapshot.interfaces.values where !ports.contains(interface.name) {
      guard let record = existingRecord(of: interface), let flags = interface.bridgePort?.flags,
        case .reservation(let former, _) = record.cookie.content
      else { continue }
      desired.bridgePorts[interface.name] = former
      current.bridgePorts[interface.name] = flags
    }
  }

  private func drop(at point: HookPoint, _ placement: inout FilterPlacement) -> Filter {
    let preference = placement.latePreference(at: point, program: .drop)
    return Filter(
      key: FilterKey(point, preference: preference, handle: Filter.dropHandle), classifier: .bpf(.drop), actions: [])
  }

  private func existingRecord(of interface: Interface) -> Action? {
    snapshot.own.actions.values.filter {
      if case .reservation(_, interface.index) = $0.cookie.content { true } else { false }
    }.min { $0.key < $1.key }
  }

  private func newRecord(
    of interface: Interface, flags: BridgePortFlags, avoiding indexes: inout Set<UInt32>
  ) -> Action {
    var index = ActionIndex.Range.reservation.rawValue
    while indexes.contains(index) { index += 1 }
    indexes.insert(index)
    let cookie = Cookie(.reservation(former: flags, interfaceIndex: interface.index))
    return Record.idle(index: index, cookie: cookie, carrier: carrier)
  }
}
