import Glibc

/// Many rounds of one test with random input, bounded in number and time; any round can be repeated by its seed.
///
/// The environment overrides what a test asks for: `MIRRORCTL_FUZZ_SEED` (the first round's seed), `MIRRORCTL_FUZZ_ROUNDS` and
/// `MIRRORCTL_FUZZ_SECONDS`. `MIRRORCTL_FUZZ_TRACE` names a file that says what is being run, for a round that never ends well.
public struct FuzzRun {
  public let name: String
  public let seed: UInt64
  public let rounds: Int
  public let limit: Duration
  private let trace: Int32?

  /// How long one round may take: the inputs are small.
  private static let roundLimit = Duration.seconds(5)
  /// After so many, one has seen enough.
  private static let failureLimit = 5

  /// - Parameters:
  ///   - name: of the test, for its failures.
  ///   - rounds: how many there are within ``limit``.
  ///   - seconds: when no more are begun.
  public init(_ name: String, rounds: Int, seconds: Int = 20) {
    self.name = name
    seed = Self.number("SEED").map(UInt64.init) ?? 1
    self.rounds = Self.number("ROUNDS").map { Int(clamping: $0) } ?? rounds
    limit = .seconds(Self.number("SECONDS").map { Int(clamping: $0) } ?? seconds)
    trace = Self.variable("TRACE").flatMap { path in
      let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      return descriptor < 0 ? nil : descriptor
    }
  }

  /// What went wrong, each with how to repeat it; the body gives a complaint, throws, or is content.
  public func failures(_ body: (inout SeededGenerator) throws -> String?) -> [String] {
    let clock = ContinuousClock()
    let start = clock.now
    var failures: [String] = []
    for round in 0..<rounds {
      let began = clock.now
      if began - start > limit || failures.count >= Self.failureLimit { break }
      let seed = seed &+ UInt64(round)
      let way = "\(name): MIRRORCTL_FUZZ_SEED=\(seed) MIRRORCTL_FUZZ_ROUNDS=1"
      note(way)
      var generator = SeededGenerator(seed: seed)
      do {
        if let complaint = try body(&generator) { failures.append("\(way): \(complaint)") }
      } catch {
        failures.append("\(way): \(error)")
      }
      let duration = clock.now - began
      if duration > Self.roundLimit { failures.append("\(way): it took \(duration)") }
    }
    if let trace { close(trace) }
    return failures
  }

  private func note(_ text: String) {
    guard let trace else { return }
    let line = Array((text + String(repeating: " ", count: max(0, 120 - text.utf8.count)) + "\n").utf8)
    _ = unsafe line.withUnsafeBytes { unsafe pwrite(trace, $0.baseAddress, $0.count, 0) }
  }

  private static func variable(_ name: String) -> String? {
    guard let text = unsafe getenv("MIRRORCTL_FUZZ_" + name) else { return nil }
    return unsafe String(cString: text)
  }

  private static func number(_ name: String) -> UInt? { variable(name).flatMap { UInt($0) } }
}
