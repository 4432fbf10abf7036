/// Many rounds of one test with random input; any round can be repeated by its seed (``TestSeed``).
public struct FuzzRun {
  public let name: String
  public let rounds: Int

  /// After so many, one has seen enough.
  private static let failureLimit = 5

  public init(_ name: String, rounds: Int) {
    self.name = name
    self.rounds = rounds
  }

  /// What went wrong, each with the seed that has it in the first round; the body gives a complaint, throws, or is content.
  public func failures(_ body: (inout SeededGenerator) throws -> String?) -> [String] {
    var failures: [String] = []
    for seed in TestSeed.seeds(rounds) where failures.count < Self.failureLimit {
      var generator = SeededGenerator(seed: seed)
      do {
        if let complaint = try body(&generator) {
          failures.append("\(name): \(TestSeed.variable)=\(seed): \(complaint)")
        }
      } catch {
        failures.append("\(name): \(TestSeed.variable)=\(seed): \(error)")
      }
    }
    return failures
  }
}
