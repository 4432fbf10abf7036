import TrafficControl

extension MirrorCompiler {
  /// Makes one tcx program of all sections for a hook, and finds out which of the kernel's programs are as wanted.
  ///
  /// - Parameter hooks: what is wanted of programs; the actions are in the state already.
  func addPrograms(_ hooks: [HookFilters], to result: inout Compilation) throws(Finding) {
    for (point, hooks) in Dictionary(grouping: hooks, by: \.point).sorted(by: { $0.key < $1.key }) {
      var sections: [CopyProgram.Section] = []
      for hook in hooks {
        guard let slot = ActionIndex.slot(of: hook.skipping.index) else { continue }
        var decisions: [CopyProgram.Decision] = []
        for decision in hook.decisions { decisions.append(try self.decision(decision, of: hook, result.desired)) }
        sections.append(CopyProgram.Section(slot: slot, decisions: decisions))
      }
      let program = CopyProgram(point, sections: sections)
      // Indexes do not matter here: a device that is not there yet has some.
      if let owner = hooks.first?.owner, program.hash({ _ in 1 }) == nil {
        throw tooLong(owner: owner, place: point.device)
      }
      result.desired.insert(program)
    }
    result.current.recognizePrograms(among: [result.desired]) { snapshot.interfaces[$0]?.index }
  }

  private func decision(
    _ decision: HookFilters.Decision, of hook: HookFilters, _ state: KernelState
  ) throws(Finding) -> CopyProgram.Decision {
    var frames: BPFProgram?
    if !decision.frames.isEverything {
      guard let program = decision.frames.program else { throw tooLong(owner: hook.owner, place: hook.port.name) }
      frames = program
    }
    var device: String?
    if case .mirred(let target) = state.actions[decision.action]?.operation { device = target.device }
    return CopyProgram.Decision(match: decision.match, frames: frames, device: device)
  }
}
