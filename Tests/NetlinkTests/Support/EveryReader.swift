import TrafficControl

@testable import Netlink

/// Puts bytes through every reader there is, and what they read through everything that is made of it.
enum EveryReader {
  private static let table = InterfaceTable([("sp0", 9), ("out0", 11)])

  static func read(datagram bytes: ArraySlice<UInt8>) {
    guard let messages = try? ReceivedMessage.split(bytes) else { return }
    for message in messages {
      if let answer = try? Acknowledgement(error: message), let failure = NetlinkFailure(answer) {
        let key = FilterKey(HookPoint("sp0", .ingress), preference: 1, handle: 1)
        let filter = Filter(key: key, classifier: .bpf(.drop), actions: [], offload: .require)
        _ = KernelError(failure, step: .add(.filter(filter))).description
      }
      _ = try? Acknowledgement(done: message)
      read(payload: message.payload)
    }
  }

  static func read(payload: ArraySlice<UInt8>) {
    var assembly = SnapshotAssembly(links: (try? LinkRecord(payload)).map { [$0] } ?? [])
    if let filter = try? FilterRecord.decode(payload) {
      if let named = filter.filter(at: HookPoint("sp0", .egress)) { _ = Step.add(.filter(named)).commands }
      assembly.hooks.filters = Hook.allCases.map { .init(interface: 9, hook: $0, records: [filter, filter]) }
    }
    if let actions = try? ActionRecord.list(payload) {
      assembly.actions = actions
      _ = actions.map { $0.action(table) }
    }
    if let qdisc = try? QdiscRecord(payload) { assembly.qdiscs = [qdisc] }
    if let membership = try? VLANMembership.decode(payload) { assembly.memberships = [membership] }
    if let entry = try? ForwardingEntry(payload, of: 14) {
      assembly.forwarding[9] = [entry]
      _ = ForwardingRequest.remove(entry, interface: 9).bytes(sequence: 0)
    }
    _ = try? RouteRequest.route(payload)
    _ = try? FileEvent.split(payload)
    var neighbours = NeighbourTable()
    _ = try? neighbours.note(ReceivedMessage(type: 28, flags: 0, sequence: 0, payload: payload))
    _ = assembly.snapshot
  }
}
