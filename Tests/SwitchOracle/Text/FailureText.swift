/// A failure as text that can be pasted into a shell or a report. Ports with `!` differ, those with `~` do so as is known.
public enum FailureText {
  public static func text(
    of scenario: Scenario, profile: String, differences: [Difference], openVSwitch: Outcome, linux: Outcome
  ) -> String {
    let frames = Set(differences.map(\.frame)).sorted()
    return
      ([
        "Open vSwitch (an element a line):",
        "  ovs-vsctl \\",
      ] + openVSwitchLines(scenario) + ["Linux: ip -batch"] + usedLinkLines(scenario).indented
      + ["Linux: bridge -batch"] + usedVLANLines(scenario).indented + ["profile:"] + profile.lines.indented
      + frames.flatMap { number in
        let ports = Set(differences.filter { $0.frame == number }.map(\.port))
        return frameLines(number, scenario, openVSwitch, linux, marked: ports)
      }).joined(separator: "\n")
  }

  private static func openVSwitchLines(_ scenario: Scenario) -> [String] {
    let settled = Set(Scenario.portNames).filter { isAsItWas($0, in: scenario) }
    let commands = OpenVSwitchText.commands(for: scenario).filter { words in
      !(words.prefix(2) == ["set", "port"] && settled.contains(words[2]))
    }
    let lines = commands.map { "    -- " + $0.map(quoted).joined(separator: " ") }
    return lines.enumerated().map { $1 + ($0 < lines.count - 1 ? " \\" : "") }
  }

  /// Ports that nothing has to be said about.
  private static func isAsItWas(_ port: String, in scenario: Scenario) -> Bool {
    let mode = scenario.mode(of: port)
    return (mode == .open || mode == .parked) && !scenario.isolated.contains(port)
  }

  private static func usedLinkLines(_ scenario: Scenario) -> [String] {
    LinuxText.linkLines(for: scenario).filter { !$0.contains("isolated off") || scenario.controlFrames == .forwarded }
      .filter { line in
        guard let port = Scenario.members.first(where: { line.contains(" \($0) ") }) else { return true }
        return !isAsItWas(port, in: scenario)
      }
  }

  private static func usedVLANLines(_ scenario: Scenario) -> [String] {
    LinuxText.vlanLines(for: scenario).filter { $0.hasPrefix("vlan add") }
  }

  private static func frameLines(
    _ number: Int, _ scenario: Scenario, _ openVSwitch: Outcome, _ linux: Outcome, marked: Set<String>
  ) -> [String] {
    let header = "frame \(number): \(scenario.frames[number])"
    return [header]
      + Scenario.portNames.compactMap { port in
        let (theirs, ours) = (openVSwitch.arrivals(of: number, at: port), linux.arrivals(of: number, at: port))
        guard !theirs.isEmpty || !ours.isEmpty else { return nil }
        let mark = marked.contains(port) ? "! " : theirs == ours ? "  " : "~ "
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
