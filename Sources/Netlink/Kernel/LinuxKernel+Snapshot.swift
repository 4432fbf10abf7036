import CMnl
import Glibc
import NetworkTypes
import TrafficControl

extension LinuxKernel {
  public func snapshot() throws(KernelError) -> HostSnapshot {
    let links = try socket.list(LinkRequest.dump(), "ip link show", LinkRecord.init)
    var assembly = SnapshotAssembly(links: links)
    for link in links where link.isOwn && link.kind == "veth" {
      // One that has gone meanwhile is none of ours any more.
      assembly.offloads[link.index] = try? socket.transmitChecksums(of: link.name)
    }
    assembly.filterOffloads = Set(
      links.filter { $0.kind == nil && $0.hardwareType == 1 && socket.offloadsFilters($0.name) }.map(\.index))
    if links.contains(where: { $0.awareness == .aware }) {
      assembly.memberships = try socket.list(LinkRequest.dumpVLANs(), "bridge vlan show", VLANMembership.decode)
    }
    assembly.qdiscs = try listIfSupported(QdiscRequest.dump(), "tc qdisc show", QdiscRecord.init)
    for kind in ActionKind.allCases {
      assembly.actions += try listIfSupported(
        ActionRequest.dump(kind), "tc actions ls action \(kind.rawValue)", ActionRecord.list
      ).flatMap(\.self)
    }
    try complete(&assembly)
    var snapshot = assembly.snapshot
    table = assembly.table
    findPrograms(assembly.programMarks, in: &snapshot.own)
    sharing.note(snapshot.own)
    return snapshot
  }

  /// Adds where our vxlan devices send, and what there is at the hooks of the qdiscs that have been found.
  func complete(_ assembly: inout SnapshotAssembly) throws(KernelError) {
    for index in assembly.vxlanDevices {
      assembly.forwarding[index] = try socket.asking("bridge fdb show") { () throws(NetlinkFailure) in
        try forwarding(of: index)
      }
    }
    assembly.hooks = try FilterReading(assembly.classifierQdiscs).contents(socket)
  }

  /// Dumps objects; a kernel without code for them has none.
  private func listIfSupported<Value>(
    _ message: MessageBuilder, _ request: String,
    _ decode: (ArraySlice<UInt8>) throws(MalformedMessage) -> Value
  ) throws(KernelError) -> [Value] {
    do throws(KernelError) { return try socket.list(message, request, decode) } catch {
      guard error.cause == .notSupported || error.errno == ENOENT else { throw error }
      return []
    }
  }

  public func addressedInterfaces() throws(KernelError) -> Set<String> {
    try refreshInterfaces()
    let indexes = try socket.list(AddressRequest.dump(), "ip address show", AddressRequest.interface)
    return Set(indexes.compactMap(\.self).compactMap(table.name))
  }

  public func routes(_ questions: Set<RouteQuestion>) throws(KernelError) -> [RouteQuestion: Route] {
    guard !questions.isEmpty else { return [:] }
    try refreshInterfaces()
    let table = table
    // What is bound to an interface that is not there leaves by none.
    let requests = questions.compactMap { question -> (question: RouteQuestion, request: MessageBuilder)? in
      guard let name = question.interface else {
        return (question, RouteRequest.find(question.destination, mark: question.mark))
      }
      guard let index = try? table.index(name) else { return nil }
      return (question, RouteRequest.find(question.destination, by: index, mark: question.mark))
    }
    return try socket.asking("ip route get") { () throws(NetlinkFailure) in
      let outcomes = try socket.requestAll(requests.map(\.request))
      var routes: [RouteQuestion: Route] = [:]
      for ((question, _), outcome) in zip(requests, outcomes) {
        guard case .done(let replies) = outcome, let reply = replies.first(where: { $0.type == RTM_NEWROUTE }) else {
          continue
        }
        do throws(MalformedMessage) {
          guard let found = try RouteRequest.route(reply.payload), let name = table.name(found.interface) else {
            continue
          }
          routes[question] = Route(interface: name, source: found.source, mtu: found.mtu)
        } catch { throw NetlinkFailure(error) }
      }
      return routes
    }
  }
}
