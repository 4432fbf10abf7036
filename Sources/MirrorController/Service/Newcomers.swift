import TrafficControl

/// Interfaces of guests that have come while the service was running, for as long as whoever made them may still be setting up
/// qdiscs there: one of ours would keep theirs from coming (S39).
public struct Newcomers: Sendable {
  /// For how long an interface is one, from when it was first seen; zero: none ever is.
  private let grace: Duration
  /// The indexes of those that are none, or no more; `nil`: nothing has been seen yet.
  private var settled: Set<UInt32>?
  /// When the others were first seen, by their indexes.
  private var arrivals: [UInt32: Duration] = [:]

  public init(grace: Duration) { self.grace = grace }

  /// When the next of them will be none any more.
  public var nextEnd: Duration? { arrivals.values.min().map { $0 + grace } }

  /// Whether an interface will be one as soon as it is seen.
  func awaits(_ interface: Interface) -> Bool {
    grace > .zero && interface.isOfGuest && settled?.contains(interface.index) == false
  }

  /// Notes in a snapshot which of its interfaces are newcomers.
  mutating func mark(in snapshot: inout HostSnapshot, at now: Duration) {
    guard grace > .zero else { return }
    let own = Set(snapshot.own.devices.values.flatMap(\.interfaces))
    let guests = snapshot.interfaces.values.filter { $0.isOfGuest && !own.contains($0.name) }
    let present = Set(guests.map(\.index))
    arrivals = arrivals.filter { present.contains($0.key) }
    var settled = (settled ?? present).intersection(present)
    for guest in guests where !settled.contains(guest.index) {
      let arrival = arrivals[guest.index] ?? now
      guard now < arrival + grace else {
        arrivals[guest.index] = nil
        settled.insert(guest.index)
        continue
      }
      arrivals[guest.index] = arrival
      snapshot.newcomers.insert(guest.name)
    }
    self.settled = settled
  }
}
