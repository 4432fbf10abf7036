/// Finds a small scenario that fails like a given one.
public struct Shrinker {
  /// How many scenarios may be tried.
  public var budget: Int

  public init(budget: Int) {
    self.budget = budget
  }

  /// Takes away whatever can be taken away while the scenario still fails.
  public mutating func shrink(
    _ scenario: Scenario, while fails: (Scenario) throws -> Bool
  ) rethrows -> Scenario {
    var best = scenario
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for candidate in best.simplifications where candidate.isSound {
        guard budget > 0 else { return best }
        budget -= 1
        guard try fails(candidate) else { continue }
        best = candidate
        isSmaller = true
        break
      }
    }
    return best
  }
}

extension Scenario {
  /// Whether all frames are such that the switches can be compared, and no mirror has a parked port for its output.
  public var isSound: Bool {
    guard !frames.isEmpty, frames.allSatisfy({ mode(of: $0.ingress) != .parked }) else { return false }
    return !frames.contains { frame in FrameRestriction.allCases.contains { $0.excludes(frame, in: self) } }
      && frames.allSatisfy { hasStation($0.destination) }
  }

  private func hasStation(_ destination: ScenarioFrame.Destination) -> Bool {
    guard case .station(let port, let wire) = destination else { return true }
    return mode(of: port).admittedVLAN(of: wire) != nil
  }
}
