/// SplitMix64: the same numbers in every run, so that a failure can be repeated.
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  /// With a seed of the test's own, unless the environment chooses another.
  public init(usual seed: UInt64) {
    self.init(seed: TestSeed.or(seed))
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Whether something with the given probability of 1/`oneIn` happens.
  public mutating func happens(oneIn: UInt64) -> Bool { next() % oneIn == 0 }

  /// A number below a bound.
  public mutating func number(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// Each element with probability 1/2, in order.
  public mutating func subset<Element>(of elements: [Element]) -> [Element] {
    elements.filter { _ in next() % 2 == 0 }
  }
}
