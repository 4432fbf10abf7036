import CMnl
import Glibc
import NetworkTypes
import TrafficControl

extension LinuxKernel {
  public func snapshot() throws(KernelError) -> HostSnapshot {
    let links = try list(LinkRequest.dump(), "ip link show", LinkRecord.init)
    var assembly = SnapshotAssembly(links: links)
    for link in links where link.isOwn && link.kind == "veth" {
      // One that has gone meanwhile is none of ours any more.
      assembly.offloads[link.index] = try? socket.transmitChecksums(of: link.name)
    }
    assembly.filterOffloads = Set(
      links.filter { $0.kind == nil && $0.hardwareType == 1 && socket.offloadsFilters($0.name) }.map(\.index))
    if links.contains(where: { $0.awareness == .aware }) {
      assembly.memberships = try list(LinkRequest.dumpVLANs(), "bridge vlan show", VLANMembership.decode)
    }
    assembly.qdiscs = try listIfSupported(QdiscRequest.dump(), "tc qdisc show", QdiscRecord.init)
    for kind in ActionKind.allCases {
      assembly.actions += try listIfSupported(
        ActionRequest.dump(kind), "tc actions ls action \(kind.rawValue)", ActionRecord.list
      ).flatMap(\.self)
    }
    try complete(&assembly)
    let snapshot = assembly.snapshot
    table = assembly.table
    return snapshot
  }

  /// Adds what there is at the hooks of the qdiscs that have been found.
  func complete(_ assembly: inout SnapshotAssembly) throws(KernelError) {
    let qdiscs = assembly.classifierQdiscs
    assembly.marked = try marked(qdiscs)
    for (index, qdisc) in qdiscs.sorted(by: { $0.key < $1.key }) {
      for hook in qdisc == .clsact ? Hook.allCases : [.ingress] {
        assembly.filters[SnapshotAssembly.Place(interface: index, hook: hook)] = try filters(index, hook)
      }
    }
  }

  /// Dumps objects; a kernel without code for them has none.
  private func listIfSupported<Value>(
    _ message: MessageBuilder, _ request: String,
    _ decode: (ArraySlice<UInt8>) throws(MalformedMessage) -> Value
  ) throws(KernelError) -> [Value] {
    do throws(KernelError) { return try list(message, request, decode) } catch {
      guard error.cause == .notSupported || error.errno == ENOENT else { throw error }
      return []
    }
  }

  /// The filters at a hook; none where the interface or its qdisc has gone in the meantime.
  func filters(_ interface: UInt32, _ hook: Hook) throws(KernelError) -> [FilterRecord] {
    do throws(KernelError) {
      return try list(
        FilterRequest.dump(interface: interface, hook), "tc filter show \(hook.rawValue)", FilterRecord.decode
      ).compactMap(\.self)
    } catch {
      if [ENODEV, EINVAL, ENOENT].contains(error.errno) { return [] }
      throw error
    }
  }

  /// Which of the clsact qdiscs carry our mark.
  private func marked(_ qdiscs: [UInt32: Interface.ClassifierQdisc]) throws(KernelError) -> Set<UInt32> {
    let indexes = qdiscs.filter { $0.value == .clsact }.map(\.key)
    let outcomes = try asking("tc chain get") { () throws(NetlinkFailure) in
      try socket.requestAll(indexes.map(QdiscRequest.findMark), endedBy: .reply)
    }
    return Set(zip(indexes, outcomes).filter { if case .done = $0.1 { true } else { false } }.map(\.0))
  }

  public func routes(to destinations: Set<IPAddress>) throws(KernelError) -> [IPAddress: Route] {
    let addresses = Array(destinations)
    guard !addresses.isEmpty else { return [:] }
    try refreshInterfaces()
    let table = table
    return try asking("ip route get") { () throws(NetlinkFailure) in
      let outcomes = try socket.requestAll(addresses.map(RouteRequest.find))
      var routes: [IPAddress: Route] = [:]
      for (address, outcome) in zip(addresses, outcomes) {
        guard case .done(let replies) = outcome, let reply = replies.first(where: { $0.type == RTM_NEWROUTE }) else {
          continue
        }
        do throws(MalformedMessage) {
          guard let found = try RouteRequest.route(reply.payload), let name = table.name(found.interface) else {
            continue
          }
          routes[address] = Route(interface: name, source: found.source, mtu: found.mtu)
        } catch { throw NetlinkFailure(error) }
      }
      return routes
    }
  }
}
