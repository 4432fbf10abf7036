import TrafficControl

/// Interfaces where others may be about to add a qdisc, which one of ours would keep from coming (S39): those of guests that have
/// come while the service was running, and those that a qdisc of ours has been taken from.
public struct Newcomers: Sendable {
  /// For how long an interface is one, from when that was first seen; zero: none ever is.
  private let grace: Duration
  /// The indexes of guests' interfaces that are none, or no more; `nil`: nothing has been seen yet.
  private var settled: Set<UInt32>?
  /// Since when the others are newcomers, by their indexes.
  private var arrivals: [UInt32: Duration] = [:]
  /// The indexes of interfaces with a qdisc of ours, by their names.
  private var qdiscs: [String: UInt32] = [:]

  public init(grace: Duration) { self.grace = grace }

  /// When the next of them will be none any more.
  public var nextEnd: Duration? { arrivals.values.min().map { $0 + grace } }

  /// Whether an interface is one, or will be as soon as all are looked at.
  func awaits(_ interface: Interface) -> Bool {
    guard grace > .zero else { return false }
    return arrivals[interface.index] != nil || hasLostQdisc(interface)
      || interface.isOfGuest && settled?.contains(interface.index) == false
  }

  /// Notes in a snapshot which of its interfaces are newcomers.
  mutating func mark(in snapshot: inout HostSnapshot, at now: Duration) {
    guard grace > .zero else { return }
    let own = Set(snapshot.own.devices.values.flatMap(\.interfaces))
    let others = snapshot.interfaces.values.filter { !own.contains($0.name) }
    let guests = Set(others.filter(\.isOfGuest).map(\.index))
    for index in guests.subtracting(settled ?? guests) where arrivals[index] == nil { arrivals[index] = now }
    for interface in others where hasLostQdisc(interface) { arrivals[interface.index] = now }
    let present = Set(others.map(\.index))
    arrivals = arrivals.filter { present.contains($0.key) && now < $0.value + grace }
    settled = guests.subtracting(arrivals.keys)
    snapshot.newcomers = Set(others.filter { arrivals[$0.index] != nil }.map(\.name))
    let holders = snapshot.own.qdiscs.compactMap { name in snapshot.interfaces[name].map { (name, $0.index) } }
    qdiscs = Dictionary(holders) { first, _ in first }
  }

  /// Notes which qdiscs have been removed by ourselves.
  mutating func note(_ steps: [Step]) {
    for case .remove(.qdisc(let device)) in steps { qdiscs[device] = nil }
  }

  private func hasLostQdisc(_ interface: Interface) -> Bool {
    qdiscs[interface.name] == interface.index && interface.classifierQdisc == .none
  }
}
