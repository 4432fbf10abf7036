import NetworkTypes
import TrafficControl

/// The ports of a bridge by classes: between those of one class, frames that come in by them, and copies made there for one destination,
/// differ in nothing but the name.
///
/// What is equal for a class is found out once, so that the work for a port does not grow with the number of ports.
struct WayClasses {
  struct Class {
    /// One that stands for all.
    let way: Crossings.Way
    /// What is copied where frames come in there.
    let sources: [Tap]
    /// What is copied where frames leave there.
    let destinations: [Tap]
    /// Of all of them in ``Crossings/ways``, in order.
    fileprivate(set) var positions: [Int]

    /// How many of them come before a position.
    func count(before position: Int) -> Int {
      var (low, high) = (0, positions.count)
      while low < high {
        let middle = (low + high) / 2
        if positions[middle] < position { low = middle + 1 } else { high = middle }
      }
      return low
    }
  }

  /// What makes a difference.
  private struct Key: Hashable {
    var way: Crossings.Way
    var sources: [Trace]
    var destinations: [Trace]
  }

  /// What others have to know of a tap.
  private struct Trace: Hashable {
    var vlans: VLANSet
    var expression: BPFProgram?
    var fullness: Fullness

    init(_ tap: Tap) {
      (vlans, expression, fullness) = (tap.vlans, tap.expression, tap.fullness)
    }
  }

  let crossings: Crossings
  /// In the order of the first of each.
  private(set) var classes: [Class] = []

  /// - Parameter taps: all with one destination.
  init(_ crossings: Crossings, _ taps: [Tap]) {
    self.crossings = crossings
    let sources = Dictionary(grouping: taps.filter { $0.side == .source }, by: \.port)
    let destinations = Dictionary(grouping: taps.filter { $0.side == .destination }, by: \.port)
    // Frames from such a port have an exit of their own.
    let exits = taps.reduce(into: Set<String>()) { $0.formUnion($1.target.exitByIngress.keys) }
    var known: [Key: Int] = [:]
    for (position, way) in crossings.ways.enumerated() {
      let (entering, leaving) = (sources[way.port] ?? [], destinations[way.port] ?? [])
      var key = Key(way: way, sources: entering.map(Trace.init), destinations: leaving.map(Trace.init))
      if !exits.contains(way.port.name) { key.way.port.name = "" }
      if let number = known[key] {
        classes[number].positions.append(position)
      } else {
        known[key] = classes.count
        classes.append(Class(way: way, sources: entering, destinations: leaving, positions: [position]))
      }
    }
  }
}
