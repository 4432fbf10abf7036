import NetworkTypes
import TrafficControl

/// Bridge ports that take nothing but copies: the bridge floods nothing to them and learns nothing from them, and what they
/// receive is dropped. Their former flags are kept in the kernel and come back with the port's release.
struct Reservations {
  let snapshot: HostSnapshot
  let carrier: ActionKind
  /// What the kernel remembers of reserved ports, by the index of the interface.
  private let records: [UInt32: Action]

  init(_ snapshot: HostSnapshot, carrier: ActionKind) {
    self.snapshot = snapshot
    self.carrier = carrier
    let found = snapshot.own.actions.values.compactMap { action in
      if case .reservation(_, let index) = action.cookie.content { (index, action) } else { nil }
    }
    records = Dictionary(found) { $0.key < $1.key ? $0 : $1 }
  }

  /// Adds the reservation of each port and the release of each that is reserved no more.
  func apply(
    to ports: Set<String>, _ placement: inout FilterPlacement, desired: inout KernelState, current: inout KernelState
  ) {
    var indexes = Set(snapshot.own.actions.keys.map(\.index)).union(snapshot.foreignActions.map(\.index))
    for port in ports.sorted() {
      guard let interface = snapshot.interfaces[port], let flags = interface.bridgePort?.flags else { continue }
      let record = records[interface.index] ?? newRecord(of: interface, flags: flags, avoiding: &indexes)
      desired.insert(record)
      desired.bridgePorts[port] = .reserved
      current.bridgePorts[port] = flags
      desired.insert(drop(at: HookPoint(port, .ingress), &placement))
    }
    for interface in records.isEmpty ? [] : Array(snapshot.interfaces.values) where !ports.contains(interface.name) {
      guard let record = records[interface.index], let flags = interface.bridgePort?.flags,
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
