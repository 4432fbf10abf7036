/// Of which frames a filter of clsact leaves it to a tcx program at its hook to copy them, while copies change over from one to the
/// other; see ``Changeovers``.
public enum Guard: String, Hashable, Sendable, CaseIterable {
  /// The filter goes: it matches only frames without the mark of the program, which came too early for it.
  case unmarked
  /// The filter comes: it matches only frames with the mark of the program, which no former one has seen.
  case marked
}

/// A classic program of a filter in eBPF, which looks first whether the frame bears a mark.
public struct GuardedProgram: Hashable, Sendable {
  /// The guard and the packed classic program, as ``SharedProgram/name`` has it; without the program where that is too long.
  public let name: String
  public let instructions: [ExtendedInstruction]

  /// `nil` where the program has no translation.
  public init?(_ program: BPFProgram, _ condition: Guard, _ mark: PassageMark, at hook: Hook) {
    guard let translation = program.translation else { return nil }
    var assembler = ExtendedAssembler()
    let (isUnmarked, miss) = (assembler.newLabel(), assembler.newLabel())
    assembler.emit(.move(.r6, .r1))
    mark.find(at: hook, orGoTo: condition == .unmarked ? isUnmarked : miss, &assembler)
    if condition == .unmarked { assembler.jump(to: miss) }
    assembler.place(isUnmarked)
    for instruction in translation { assembler.emit(instruction) }
    assembler.place(miss)
    assembler.emit(.move(.r0, 0))
    assembler.emit(.exit)
    guard let instructions = assembler.assemble() else { return nil }
    self.instructions = instructions
    let start = Self.start(condition)
    let whole = program.packed.map { start + Base64.text(of: $0) } ?? start
    name = whole.utf8.count <= SharedProgram.nameLimit ? whole : start
  }

  /// What a filter's name stands for; `nil` for a name that is not ours.
  public static func classifier(named name: ArraySlice<UInt8>) -> Classifier? {
    for condition in Guard.allCases {
      let start = Array(start(condition).utf8)
      guard name.prefix(start.count) == start[...] else { continue }
      let program = Base64.bytes(of: name.dropFirst(start.count)).flatMap { BPFProgram(packed: $0, result: .match) }
      return .guarded(program, condition)
    }
    return nil
  }

  /// The number is to be raised with every change of the packing.
  private static func start(_ condition: Guard) -> String { "mirrorctl-\(condition.rawValue)1:" }
}
