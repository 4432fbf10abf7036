/// A failure as text that can be pasted into a shell or a report.
public enum FailureText {
  public static func text(
    of scenario: Scenario, profile: String, differences: [Difference], openVSwitch: Outcome, linux: Outcome
  ) -> String {
    let frames = Set(differences.map(\.frame)).sorted()
    return
      ([
        "Open vSwitch (an element a line):",
        "  ovs-vsctl \\",
      ] + openVSwitchLines(scenario) + ["Linux: ip -batch"] + LinuxText.linkLines(for: scenario).indented
      + ["Linux: bridge -batch"] + usedVLANLines(scenario).indented + ["profile:"] + profile.lines.indented
      + frames.flatMap { frameLines($0, scenario, openVSwitch, linux) }).joined(separator: "\n")
  }

  private static func openVSwitchLines(_ scenario: Scenario) -> [String] {
    let parked = Set(Scenario.portNames).subtracting(scenario.usedPorts)
    let commands = OpenVSwitchText.commands(for: scenario).filter { words in
      !(words.prefix(2) == ["set", "port"] && parked.contains(words[2]))
    }
    return commands.map { "    -- " + $0.map(quoted).joined(separator: " ") + " \\" }
  }

  private static func usedVLANLines(_ scenario: Scenario) -> [String] {
    LinuxText.vlanLines(for: scenario).filter { $0.hasPrefix("vlan add") }
  }

  private static func frameLines(
    _ number: Int, _ scenario: Scenario, _ openVSwitch: Outcome, _ linux: Outcome
  ) -> [String] {
    let header = "frame \(number): \(scenario.frames[number])"
    return [header]
      + Scenario.portNames.compactMap { port in
        let (theirs, ours) = (openVSwitch.arrivals(of: number, at: port), linux.arrivals(of: number, at: port))
        guard !theirs.isEmpty || !ours.isEmpty else { return nil }
        let mark = theirs == ours ? "  " : "! "
        return "  \(mark)\(port): Open vSwitch \(list(theirs)), Linux \(list(ours))"
      }
  }

  private static func list(_ arrivals: [Arrival]) -> String {
    arrivals.isEmpty ? "nothing" : arrivals.map(\.description).joined(separator: " and ")
  }

  private static func quoted(_ word: String) -> String {
    word.contains { "[]".contains($0) } ? "'\(word)'" : word
  }
}

extension String {
  fileprivate var lines: [String] { split(separator: "\n").map(String.init) }
}

extension [String] {
  fileprivate var indented: [String] { map { "  " + $0 } }
}
