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

  /// The smallest scenario that can be found which fails as well, in words.
  func failure(of scenario: Scenario, verdict: Verdict, attempts: Int) throws -> String {
    var text = try failureText(scenario, verdict) ?? "nothing failed"
    var shrinker = Shrinker(budget: attempts)
    let smallest = try shrinker.shrink(scenario) { candidate in
      guard let smaller = try failureText(candidate, judge(candidate)) else { return false }
      text = smaller
      return true
    }
    let again = try failureText(smallest, judge(smallest)) != nil
    return text + (again ? "" : "\nIt did not fail when it was tried once more.")
  }

  private func failureText(_ scenario: Scenario, _ verdict: Verdict) throws -> String? {
    switch verdict {
    case .refused: nil
    case .fault(let message): try text(scenario, [], Outcome(), Outcome()) + "\nmirrorctl: " + message
    case .compared(let comparison, let theirs, let ours):
      comparison.differences.isEmpty ? nil : try text(scenario, comparison.differences, theirs, ours)
    }
  }

  private func text(
    _ scenario: Scenario, _ differences: [Difference], _ openVSwitch: Outcome, _ linux: Outcome
  ) throws -> String {
    FailureText.text(
      of: scenario, profile: try profile(of: scenario), differences: differences, openVSwitch: openVSwitch,
      linux: linux)
  }
}

extension Oracle.Verdict {
  /// Whether something came of it that is not explained.
  var isFailure: Bool {
    switch self {
    case .compared(let comparison, _, _): !comparison.differences.isEmpty
    case .refused: false
    case .fault: true
    }
  }
}
