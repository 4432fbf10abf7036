import NetworkTypes

extension CopyProgram {
  /// No command of iproute2 makes such programs, so the words are our own, with those of tc(8) for what is selected.
  func words(_ programs: ProgramWords) -> String {
    let place = "tcx program dev \(ShellWord.quote(point.device)) \(point.hook.rawValue)"
    guard isKnown else { return "\(place) (of another version, of an old profile, or behind others)" }
    let mark = isMarking ? ["mark each frame"] : []
    return ([place] + mark + sections.map { $0.words(programs) }).joined(separator: " ")
  }
}

extension CopyProgram.Section {
  fileprivate func words(_ programs: ProgramWords) -> String {
    "{ \(decisions.map { $0.words(programs) }.joined(separator: "; ")) }"
  }
}

extension CopyProgram.Decision {
  fileprivate func words(_ programs: ProgramWords) -> String {
    let action = device.map { "copy to \(ShellWord.quote($0))" } ?? "continue"
    return [match.words, frames?.words(programs) ?? "", action].filter { !$0.isEmpty }.joined(separator: " ")
  }
}
