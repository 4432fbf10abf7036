import SwitchOracle

/// Both switches, side by side.
final class Oracle {
  /// Where the profile that mirrorctl gets comes from.
  enum ProfileSource {
    /// What a user would write.
    case written
    /// What `mirrorctl import ovs` makes of the other switch's database.
    case imported
  }

  enum Verdict {
    case compared(Comparison, openVSwitch: Outcome, linux: Outcome)
    case refused(Refusal)
    /// A profile was refused, or could not be carried out, for a reason that is none.
    case fault(String)
  }

  private let openVSwitch: OpenVSwitchSide
  private let linux: LinuxSide
  private let source: ProfileSource

  init(_ topology: Topology, profile source: ProfileSource = .written) throws {
    openVSwitch = try OpenVSwitchSide(topology)
    linux = try LinuxSide(topology)
    self.source = source
  }

  func judge(_ scenario: Scenario) throws -> Verdict {
    try openVSwitch.configure(scenario)
    if let message = try linux.configure(scenario, profile: profile(of: scenario)) {
      return Refusal(message).map(Verdict.refused) ?? .fault(message)
    }
    let code = WireCode(scenario: scenario)
    let theirs = try openVSwitch.exchange(code)
    let ours = try linux.exchange(code)
    return .compared(Comparison(scenario, openVSwitch: theirs, linux: ours), openVSwitch: theirs, linux: ours)
  }

  /// What mirrorctl gets for a scenario that Open vSwitch has.
  private func profile(of scenario: Scenario) throws -> String {
    switch source {
    case .written: ProfileText.profile(of: scenario)
    case .imported: try openVSwitch.importedProfile()
    }
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
        of: smallest, profile: try profile(of: smallest), differences: [], openVSwitch: Outcome(), linux: Outcome())
        + "\nmirrorctl: " + message
    case .compared(let comparison, let theirs, let ours):
      return FailureText.text(
        of: smallest, profile: try profile(of: smallest), differences: comparison.differences, openVSwitch: theirs,
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
