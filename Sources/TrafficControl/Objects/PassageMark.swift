/// What a tcx program leaves on each frame, so that guarded filters of clsact at the same hook know that it has seen the frame.
///
/// The kernel hands `__sk_buff.cb` from tcx programs on to filters as it is. The mark takes `cb[1]` and `cb[2]`; two others hold what programs
/// leave each other, see ``CopyProgram/Handover``. It is different at each hook, for a frame may get to another one with it.
public struct PassageMark: Hashable, Sendable {
  /// Nobody can guess it.
  public var secret: UInt64

  public init(secret: UInt64) {
    self.secret = secret
  }

  /// Leaves the mark on the frame of `r6`; `r2` is lost.
  func leave(at hook: Hook, _ assembler: inout ExtendedAssembler) {
    let (first, second) = words(at: hook)
    assembler.emit(.move32(.r2, first))
    assembler.emit(.store(.r2, .r6, Field.mark.first))
    assembler.emit(.load(.r2, .r6, Field.interface))
    assembler.emit(.exclusiveOr32(.r2, second))
    assembler.emit(.store(.r2, .r6, Field.mark.second))
  }

  /// Looks for the mark on the frame of `r6`; `r2` and `r3` are lost.
  func find(at hook: Hook, orGoTo other: ExtendedAssembler.Label, _ assembler: inout ExtendedAssembler) {
    let (first, second) = words(at: hook)
    assembler.emit(.load(.r2, .r6, Field.mark.first))
    assembler.emit(.move32(.r3, first))
    assembler.jump(.unlessEqual, .r2, .r3, to: other)
    assembler.emit(.load(.r2, .r6, Field.mark.second))
    assembler.emit(.load(.r3, .r6, Field.interface))
    assembler.emit(.exclusiveOr32(.r3, second))
    assembler.jump(.unlessEqual, .r2, .r3, to: other)
  }

  /// The second one goes with the number of the interface, which programs look up, so that they can be shared among interfaces.
  private func words(at hook: Hook) -> (first: Int32, second: Int32) {
    let halves = secret.halves
    return (hook == .ingress ? halves[0] : ~halves[0], halves[1])
  }

  /// Offsets in `struct __sk_buff`.
  private enum Field {
    /// Of the hook's interface: `ifindex`.
    static let interface: Int16 = 40
    /// `cb[1]`, `cb[2]`
    static let mark: (first: Int16, second: Int16) = (52, 56)
  }
}

extension UInt64 {
  /// The upper and the lower 32 bits.
  var halves: [Int32] { [Int32(truncatingIfNeeded: self >> 32), Int32(truncatingIfNeeded: self)] }
}
