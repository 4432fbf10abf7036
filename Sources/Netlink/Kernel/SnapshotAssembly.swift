import CMnl
import NetworkTypes
import TrafficControl

/// Puts together what the dumps of one look have said, by name instead of by index.
struct SnapshotAssembly {
  var memberships: [(interface: UInt32, membership: VLANMembership)] = []
  var qdiscs: [QdiscRecord] = []
  var actions: [ActionRecord] = []
  var hooks = HookContents()
  /// Interfaces whose hardware may run filters.
  var filterOffloads: Set<UInt32> = []
  /// Of our veth pairs.
  var offloads: [UInt32: Device.Offload] = [:]
  /// Of our vxlan devices.
  var forwarding: [UInt32: [ForwardingEntry]] = [:]
  let table: InterfaceTable
  private let links: [LinkRecord]

  init(links: [LinkRecord]) {
    self.init(links: links, among: InterfaceTable(links.map { ($0.name, $0.index) }))
  }

  /// - Parameter table: the names of all interfaces.
  init(links: [LinkRecord], among table: InterfaceTable) {
    self.links = links
    self.table = table
  }

  /// The vxlan devices of ours.
  var vxlanDevices: [UInt32] { links.filter { $0.isOwn && $0.kind == "vxlan" }.map(\.index) }

  /// The interfaces that have a clsact or ingress qdisc.
  var classifierQdiscs: [UInt32: Interface.ClassifierQdisc] {
    let found = qdiscs.compactMap { qdisc in
      Interface.ClassifierQdisc(rawValue: qdisc.kind).flatMap { $0 == .none ? nil : (qdisc.interface, $0) }
    }
    return Dictionary(found) { first, _ in first }
  }

  var snapshot: HostSnapshot {
    var snapshot = HostSnapshot()
    snapshot.interfaces.reserveCapacity(links.count)
    for interface in interfaces { snapshot.interfaces[interface.name] = interface }
    for device in DeviceDecoder(links, offloads: offloads, forwarding: forwarding).devices {
      snapshot.own.insert(device)
    }
    snapshot.own.qdiscs = Set(hooks.marked.compactMap(table.name))
    addActions(to: &snapshot)
    addFilters(to: &snapshot)
    return snapshot
  }

  private var interfaces: [Interface] {
    let qdiscs = classifierQdiscs
    let qdiscsByInterface = Dictionary(grouping: self.qdiscs, by: \.interface)
    let memberships = Dictionary(memberships.map { ($0.interface, $0.membership) }) { _, last in last }
    let aware = Set(links.filter { $0.awareness == .aware }.map(\.index))
    return links.map { link in
      var interface = Interface(link, forwarding: forwarding[link.index], table)
      interface.classifierQdisc = qdiscs[link.index] ?? .none
      interface.filterOffload = filterOffloads.contains(link.index) ? .on : .off
      for qdisc in qdiscsByInterface[link.index] ?? [] {
        if Interface.ClassifierQdisc(rawValue: qdisc.kind) == nil { interface.queues.insert(qdisc.kind) }
        interface.sharedBlocks.merge(qdisc.sharedBlocks) { first, _ in first }
      }
      if aware.contains(link.index), let membership = memberships[link.index] {
        interface.bridge?.membership = membership
      }
      if aware.contains(link.master), let membership = memberships[link.index] {
        interface.bridgePort?.membership = membership
      }
      return interface
    }
  }

  /// The actions that are marks of tcx programs.
  var programMarks: [Action] {
    actions.compactMap { record in
      guard case .program? = record.cookie?.content else { return nil }
      return record.action(table)
    }
  }

  private func addActions(to snapshot: inout HostSnapshot) {
    let ports = Dictionary(links.compactMap { link in link.bridgePort.map { (link.index, (link.name, $0.flags)) } }) {
      first, _ in first
    }
    for record in actions where record.index >= ActionRecord.firstOwnIndex {
      guard let key = record.key else { continue }
      guard let action = record.action(table) else {
        snapshot.foreignActions.insert(key)
        continue
      }
      guard action.programMark == nil else { continue }
      snapshot.own.insert(action)
      snapshot.statistics[key] = record.statistics
      if case .reservation(_, let index) = action.cookie.content, let (name, flags) = ports[index] {
        snapshot.own.bridgePorts[name] = flags
      }
    }
  }

  private func addFilters(to snapshot: inout HostSnapshot) {
    let own = Set(links.filter(\.isOwn).map(\.index))
    snapshot.own.filters.reserveCapacity(hooks.filters.count)
    for hooked in hooks.filters {
      guard let name = table.name(hooked.interface) else { continue }
      let point = HookPoint(name, hooked.hook)
      for record in hooked.records {
        if record.isMarked || own.contains(hooked.interface), let filter = record.filter(at: point) {
          snapshot.own.insert(filter)
          if record.isInHardware { snapshot.filtersInHardware.insert(filter.key) }
        } else {
          let foreign = record.foreign ?? ForeignFilter(preference: record.preference, kind: record.kind)
          snapshot.foreignFilters[point, default: []].append(foreign)
        }
      }
    }
  }
}

extension Interface {
  fileprivate init(_ link: LinkRecord, forwarding: [ForwardingEntry]?, _ table: InterfaceTable) {
    self.init(index: link.index, name: link.name)
    alternativeNames = link.alternativeNames
    kind = link.kind
    alias = link.alias
    hardwareType = link.hardwareType
    master = table.name(link.master)
    if link.isLinkElsewhere {
      self.link = .otherNamespace
    } else if let name = table.name(link.link) {
      self.link = .here(name)
    }
    isUp = link.flags & UInt32(IFF_UP) != 0
    hasCarrier = link.hasCarrier
    isSwitchPort = link.isSwitchPort
    mtu = link.mtu
    bridge = link.awareness.map { Bridge($0) }
    bridge?.multicastSnooping = link.multicastSnooping
    bridge?.vlanProtocol = link.vlanProtocol
    bridgePort = link.bridgePort
    tunnel = Tunnel(link, forwarding: forwarding, name: table.name)
    if tunnel == nil { encapsulation = Encapsulation(link) }
    receivingPort = ReceivingPort(link)
    reachesSiblings = link.reachesSiblings
    xdpProgram = link.xdpProgram
  }
}
