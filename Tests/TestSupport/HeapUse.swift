import CLinux

/// What the process has allocated and not freed (mallinfo(3)).
public enum HeapUse {
  /// In all arenas, and what was too large for them.
  public static var bytes: Int {
    let use = mallinfo2()
    return Int(clamping: use.uordblks) + Int(clamping: use.hblkhd)
  }

  /// How much more is allocated after many rounds than before, in bytes.
  ///
  /// - Parameters:
  ///   - warmUp: rounds before the first look, which fill caches that stay.
  public static func growth(warmUp: Int, rounds: Int, _ body: (Int) -> Void) -> Int {
    for round in 0..<warmUp { body(round) }
    let before = bytes
    for round in 0..<rounds { body(warmUp + round) }
    return bytes - before
  }
}
