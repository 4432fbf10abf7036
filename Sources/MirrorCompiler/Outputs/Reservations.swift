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
  ///
  /// - Returns: warnings about ports whose former flags are not known.
  func apply(
    to ports: Set<String>, _ placement: inout FilterPlacement, desired: inout KernelState, current: inout KernelState
  ) -> [String] {
    var indexes = Set(snapshot.own.actions.keys.map(\.index)).union(snapshot.foreignActions.map(\.index))
    var orphans: Set<String> = []
    for port in ports.sorted() {
      guard let interface = snapshot.interfaces[port], let flags = interface.bridgePort?.flags else { continue }
      let record = records[interface.index] ?? newRecord(of: interface, flags: flags, avoiding: &indexes)
      desired.insert(record)
      desired.bridgePorts[port] = .reserved
      current.bridgePorts[port] = flags
      desired.insert(drop(at: HookPoint(port, .ingress), &placement))
      if case .reservation(.reserved, _) = record.cookie.content { orphans.insert(port) }
    }
    for interface in snapshot.interfaces.values where !ports.contains(interface.name) {
      guard let flags = interface.bridgePort?.flags else { continue }
      guard let record = records[interface.index], case .reservation(let former, _) = record.cookie.content else {
        if flags == .reserved, hasDrop(interface.name) { orphans.insert(interface.name) }
        continue
      }
      desired.bridgePorts[interface.name] = former
      current.bridgePorts[interface.name] = flags
      if former == .reserved { orphans.insert(interface.name) }
    }
    return orphans.sorted().map(Self.warning)
  }

  private static func warning(_ port: String) -> String {
    "\(port): what its flags were before it became an output is not known, because their record is gone from the kernel: they stay "
      + "as they are when it is one no more; then set them by hand (bridge link set dev \(port) learning on flood on "
      + "mcast_flood on bcast_flood on; ip link set dev \(port) type bridge_slave proxy_arp off)"
  }

  private func hasDrop(_ port: String) -> Bool {
    snapshot.own.filters.keys.contains { $0.point == HookPoint(port, .ingress) && $0.handle == Filter.dropHandle }
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
