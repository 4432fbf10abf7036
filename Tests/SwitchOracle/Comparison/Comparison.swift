/// Two switches' outcomes of one scenario.
public struct Comparison: Sendable {
  /// Unexcused differences.
  public private(set) var differences: [Difference] = []
  /// How many differences each exception explains.
  public private(set) var excused: [String: Int] = [:]

  public init(_ scenario: Scenario, openVSwitch: Outcome, linux: Outcome) {
    for frame in scenario.frames.indices {
      for port in Scenario.portNames {
        let difference = Difference(
          frame: frame, port: port, openVSwitch: openVSwitch.arrivals(of: frame, at: port),
          linux: linux.arrivals(of: frame, at: port))
        guard difference.openVSwitch != difference.linux else { continue }
        if let reason = Self.excuse(for: difference, in: scenario) {
          excused[reason, default: 0] += 1
        } else {
          differences.append(difference)
        }
      }
    }
  }

  private static func excuse(for difference: Difference, in scenario: Scenario) -> String? {
    KnownDifference.allCases.first { $0.explains(difference, in: scenario) }?.rawValue
  }
}
