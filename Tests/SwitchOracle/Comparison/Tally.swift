/// What a run of many scenarios amounts to.
public struct Tally: Sendable {
  public private(set) var compared = 0
  public private(set) var frames = 0
  public private(set) var copies = 0
  public private(set) var failed = 0
  public private(set) var refused: [Refusal: Int] = [:]
  public private(set) var excused: [String: Int] = [:]

  public init() {}

  public var refusals: Int { refused.values.reduce(0, +) }
  public var all: Int { compared + refusals }

  public mutating func count(_ refusal: Refusal) {
    refused[refusal, default: 0] += 1
  }

  public mutating func count(_ scenario: Scenario, _ comparison: Comparison, arrivals: Int) {
    compared += 1
    frames += scenario.frames.count
    copies += arrivals
    if !comparison.differences.isEmpty { failed += 1 }
    excused.merge(comparison.excused) { $0 + $1 }
  }
}

extension Tally: CustomStringConvertible {
  public var description: String {
    func list<Key>(_ counts: [Key: Int]) -> String {
      counts.sorted { $0.value > $1.value }.map { "\n    \($0.value) × \($0.key)" }.joined()
    }
    return "\(compared) scenarios compared (\(failed) differ), \(frames) frames in, \(copies) out of each switch"
      + "\n  refused: \(refusals)" + list(refused) + "\n  known differences:" + list(excused)
  }
}
