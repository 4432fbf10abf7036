import Glibc
import Testing

/// A change from one profile to another that a signal cuts short before each of its requests.
struct KilledChange {
  let before: String
  let after: String
  /// Each way there, and back to nothing, has more requests than this.
  let requests: Int

  init(from before: String, to after: String, requests: Int = 1) {
    self.before = before
    self.after = after
    self.requests = requests
  }

  /// Expects that `apply` and `clear` end where they would have ended, however far one went that was killed before them.
  func expectNoTrace(in sw: NetworkNamespace, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let mirrorctl = MirrorCommand(in: sw)
    let nothing = try KernelDump(of: sw)
    func expect(_ change: String, _ number: Int) throws {
      try nothing.expectUnchanged(in: sw, "\(change) without its request \(number)", sourceLocation: sourceLocation)
    }
    try eachRequest(sourceLocation) { number in
      let isCut = try mirrorctl.isKilled(applying: after, beforeRequest: number)
      try mirrorctl.clear()
      try expect("clear after an apply", number)
      return isCut
    }
    try expectWhole(in: sw, sourceLocation: sourceLocation)
    try eachRequest(sourceLocation) { number in
      try mirrorctl.apply(after)
      let isCut = try mirrorctl.isKilled(applying: nil, beforeRequest: number)
      try mirrorctl.clear()
      try expect("clear after one", number)
      return isCut
    }
  }

  /// Expects that `apply` ends where it would have ended, however far another got that was killed before it.
  func expectWhole(in sw: NetworkNamespace, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let mirrorctl = MirrorCommand(in: sw)
    try mirrorctl.apply(before)
    try mirrorctl.apply(after)
    let wanted = try KernelDump(of: sw)
    try eachRequest(sourceLocation) { number in
      try mirrorctl.apply(before)
      let isCut = try mirrorctl.isKilled(applying: after, beforeRequest: number)
      try mirrorctl.apply(after)
      try wanted.expectUnchanged(in: sw, "apply without its request \(number)", sourceLocation: sourceLocation)
      return isCut
    }
  }

  /// Carries a step out with 1, 2 … until it says that a program came to its end before that request.
  private func eachRequest(_ sourceLocation: SourceLocation, _ step: (Int) throws -> Bool) throws {
    for number in 1..<1000 where try !step(number) {
      #expect(number > requests + 1, "a change has more requests", sourceLocation: sourceLocation)
      return
    }
    Issue.record("a change without an end", sourceLocation: sourceLocation)
  }

  /// Expects that the service brings all of the change about when it is started again.
  func expectNoTraceOfService(in sw: NetworkNamespace, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let service = try RunningService(in: sw, before)
    try service.profiles.put(after, as: "lab.yaml")
    try service.reload()
    let wanted = try KernelDump(of: sw)
    try eachRequest(sourceLocation) { number in
      try service.profiles.put(before, as: "lab.yaml")
      try service.reload()
      try service.end()
      try service.profiles.put(after, as: "lab.yaml")
      guard try service.start(killedBeforeRequest: number) else { return false }
      try service.start()
      try wanted.expectUnchanged(in: sw, "without request \(number)", sourceLocation: sourceLocation)
      return true
    }
  }

  /// Expects that a signal before a request of `apply` leaves what was there before, or, after the last check, all of it.
  func expectUndone(
    by signal: Int32, in sw: NetworkNamespace, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expectUndone(in: sw, status: 128 + signal, sourceLocation) { mirrorctl, number in
      try mirrorctl.run("apply", "-f", "-", profile: after, signal: signal, beforeRequest: number)
    }
  }

  /// Expects the same of an `apply` that is to stop between any two requests, without a signal.
  func expectUndone(in sw: NetworkNamespace, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expectUndone(in: sw, status: 128 + SIGINT, sourceLocation) { try $0.apply(after, stoppedAt: $1) }
  }

  private func expectUndone(
    in sw: NetworkNamespace, status: Int32, _ sourceLocation: SourceLocation,
    _ apply: (MirrorCommand, Int) throws -> CommandOutput
  ) throws {
    let mirrorctl = MirrorCommand(in: sw)
    try mirrorctl.apply(before)
    let former = try KernelDump(of: sw)
    try eachRequest(sourceLocation) { number in
      let output = try apply(mirrorctl, number)
      guard output.status != 0 else { return false }
      try #require(output.status == status, "\(output)", sourceLocation: sourceLocation)
      try former.expectUnchanged(in: sw, "after a stop before request \(number)", sourceLocation: sourceLocation)
      return true
    }
  }
}
