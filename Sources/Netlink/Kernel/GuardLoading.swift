import TrafficControl

/// The programs of guarded filters, and the mark that they look for, while a plan is carried out.
struct GuardLoading {
  /// What tcx programs leave on frames that mark them.
  let mark = PassageMark(secret: UInt64.random(in: 1 ... .max))
  /// One serves all filters at a kind of hook that do the same.
  private var loaded: [GuardedProgram: LoadedProgram] = [:]

  /// - Parameter program: what the filter does; `nil`: nobody knows.
  mutating func program(
    _ program: BPFProgram?, _ condition: Guard, at hook: Hook
  ) throws(NetlinkFailure) -> LoadedProgram {
    guard let program, let guarded = GuardedProgram(program, condition, mark, at: hook) else {
      throw NetlinkFailure(errno: 0, text: "the program is not known")
    }
    if let present = loaded[guarded] { return present }
    let new = try LoadedProgram(guarded.instructions, name: "mirrorctl", filterName: guarded.name)
    loaded[guarded] = new
    return new
  }
}
