import CMnl
import TrafficControl

/// Finds what the kernel calls cls_u32 filters that are to be replaced or removed; see ``KernelHandle``.
struct HandleLookup {
  private struct Place: Hashable {
    var interface: UInt32
    var hook: Hook
    var preference: UInt16
  }

  /// The table of a preference and how many filters are in it.
  private struct Table {
    var number: UInt32
    var filters = 1
  }

  let kernel: LinuxKernel
  private var tables: [Place: Table] = [:]

  init(kernel: LinuxKernel) {
    self.kernel = kernel
  }

  /// Whether the kernel has to be asked before the message of this step can be composed.
  func mustAsk(for step: Step) -> Bool {
    switch step {
    case .change(_, .filter(let filter)), .remove(.filter(let filter)):
      guard filter.classifier == .u32MatchAll, let place = place(of: filter) else { return false }
      return tables[place] == nil
    default: return false
    }
  }

  mutating func handle(of filter: Filter) throws(NetlinkFailure) -> UInt32 {
    guard filter.classifier == .u32MatchAll, let place = place(of: filter) else { return filter.key.handle }
    if tables[place] == nil { try ask(place.interface, place.hook) }
    guard let table = tables[place] else { return filter.key.handle }
    return table.number | filter.key.handle & HeaderConstants.u32NodeMask
  }

  /// The handle to remove a filter by: 0, which means the whole preference, where no other filter has it.
  ///
  /// The last filter of a preference does not take its table with it while another preference of the qdisc has one
  /// (u32_delete, net/sched/cls_u32.c); the empty table would stay.
  mutating func removalHandle(of filter: Filter) throws(NetlinkFailure) -> UInt32 {
    let handle = try handle(of: filter)
    guard filter.classifier == .u32MatchAll, let place = place(of: filter) else { return handle }
    return tables[place]?.filters == 1 ? 0 : handle
  }

  /// The table may go with the filter, and come back with another number.
  mutating func forget(_ filter: Filter) {
    if let place = place(of: filter) { tables[place] = nil }
  }

  mutating func forget(_ interface: UInt32) {
    tables = tables.filter { $0.key.interface != interface }
  }

  private func place(of filter: Filter) -> Place? {
    guard let index = try? kernel.table.index(filter.key.point.device) else { return nil }
    return Place(interface: index, hook: filter.key.point.hook, preference: filter.key.preference)
  }

  private mutating func ask(_ interface: UInt32, _ hook: Hook) throws(NetlinkFailure) {
    do throws(KernelError) {
      for record in try kernel.socket.filters(interface, hook) where record.kind == "u32" && record.chain == 0 {
        let place = Place(interface: interface, hook: hook, preference: record.preference)
        let number = record.handle & HeaderConstants.u32TableMask
        tables[place] = Table(number: number, filters: (tables[place]?.filters ?? 0) + 1)
      }
    } catch {
      throw NetlinkFailure(errno: error.errno, text: error.text, cause: error.cause)
    }
  }
}
