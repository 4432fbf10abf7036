/// What of ours the kernel holds, or shall hold, by name.
public struct KernelState: Hashable, Sendable {
  /// By name; the peer of a veth pair is part of its device.
  public var devices: [String: Device] = [:]
  /// Interfaces whose clsact qdisc was added by us, which an empty chain of the number ``chainMark`` shows.
  public var qdiscs: Set<String> = []
  public var actions: [ActionKey: Action] = [:]
  public var filters: [FilterKey: Filter] = [:]
  /// Flags of bridge ports that we have changed or are to change; other ports are not listed.
  public var bridgePorts: [String: BridgePortFlags] = [:]
  /// tcx programs. Their marks are no part of ``actions``; one that is there stands for a program that has gone, or never came.
  public var programs: [HookPoint: CopyProgram] = [:]

  public init() {}

  /// The chain that marks a clsact qdisc as ours, at its ingress hook; nothing ever goes there.
  public static let chainMark: UInt32 = 0x06d6_3746

  public mutating func insert(_ action: Action) { actions[action.key] = action }
  public mutating func insert(_ filter: Filter) { filters[filter.key] = filter }
  public mutating func insert(_ device: Device) { devices[device.name] = device }
  public mutating func insert(_ program: CopyProgram) { programs[program.point] = program }

  /// Adds all that another state holds; where both have something of a name, the other one's counts.
  public mutating func merge(_ other: KernelState) {
    devices.merge(other.devices) { _, new in new }
    qdiscs.formUnion(other.qdiscs)
    actions.merge(other.actions) { _, new in new }
    filters.merge(other.filters) { _, new in new }
    bridgePorts.merge(other.bridgePorts) { _, new in new }
    programs.merge(other.programs) { _, new in new }
  }
}
