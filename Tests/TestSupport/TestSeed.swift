import Glibc

/// Where random input begins: the same in every run, unless the environment asks for other input.
public enum TestSeed {
  /// The variable that takes the place of every seed; scripts/soak sets it.
  public static let variable = "MIRRORCTL_SEED"

  /// What the environment asks for. A value that is no number ends the process: tests of other input would seem to be what was
  /// asked for.
  private static let chosen: UInt64? = {
    guard let text = unsafe getenv(variable) else { return nil }
    guard let seed = unsafe UInt64(String(cString: text)) else { fatalError("\(variable) is not a number") }
    return seed
  }()

  /// A test's own seed, or the chosen one.
  public static func or(_ usual: UInt64) -> UInt64 { chosen ?? usual }

  /// So many seeds, one after the other, from a test's own or the chosen one.
  public static func seeds(_ count: Int, from usual: UInt64 = 1) -> [UInt64] {
    (0..<UInt64(count)).map { or(usual) &+ $0 }
  }
}
