import SwitchOracle

/// Both switches, side by side.
final class Oracle {
  /// Where the profile that mirrorctl gets comes from.
  typealias ProfileSource = (Scenario) throws -> String

  enum Verdict {
    case compared(Comparison, openVSwitch: Outcome, linux: Outcome)
    case refused(Refusal)
    /// A profile was refused, or could not be carried out, for a reason that is none.
    case fault(String)
  }

  private let openVSwitch: OpenVSwitchSide
  private let linux: LinuxSide
  private let profile: ProfileSource

  init(_ topology: Topology, profile: @escaping ProfileSource = ProfileText.profile) throws {
    openVSwitch = try OpenVSwitchSide(topology)
    linux = try LinuxSide(topology)
    self.profile = profile
  }

  func judge(_ scenario: Scenario) throws -> Verdict {
    if let message = try linux.configure(scenario, profile: profile(scenario)) {
      return Refusal(message).map(Verdict.refused) ?? .fault(message)
    }
    try openVSwitch.configure(scenario)
    let code = WireCode(scenario: scenario)
    let theirs = try openVSwitch.exchange(code)
    let ours = try linux.exchange(code)
    return .compared(Comparison(scenario, openVSwitch: theirs, linux: ours), openVSwitch: theirs, linux: ours)
  }

  /// The smallest scenario that can be found which fails as well, in words; `nil`: this one does not fail.
  func failure(of scenario: Scenario, attempts: Int) throws -> String? {
    guard try isFailure(scenario) else { return nil }
    var shrinker = Shrinker(budget: attempts)
    let smallest = try shrinker.shrink(scenario) { try isFailure($0) }
    switch try judge(smallest) {
    case .refused(let reason): return "fails one time and not the next: \(reason)"
    case .fault(let message):
      return FailureText.text(
        of: smallest, profile: try profile(smallest), differences: [], openVSwitch: Outcome(), linux: Outcome())
        + "\nmirrorctl: " + message
    case .compared(let comparison, let theirs, let ours):
      return FailureText.text(
        of: smallest, profile: try profile(smallest), differences: comparison.differences, openVSwitch: theirs,
        linux: ours)
    }
  }

  private func isFailure(_ scenario: Scenario) throws -> Bool {
    switch try judge(scenario) {
    case .compared(let comparison, _, _): !comparison.differences.isEmpty
    case .refused: false
    case .fault: true
    }
  }
}
