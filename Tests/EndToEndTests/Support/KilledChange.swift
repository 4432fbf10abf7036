import Glibc
import Testing

/// A change from one profile to another that a signal cuts short before each of its requests.
struct KilledChange {
  let before: String
  let after: String

  init(from before: String, to after: String) {
    self.before = before
    self.after = after
  }

  /// No change has as many requests.
  private static let requests = 1..<1000

  /// Expects that `apply` and `clear` end where they would have ended, however far one went that was killed before them.
  func expectNoTrace(in sw: NetworkNamespace, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let mirrorctl = MirrorCommand(in: sw)
    let nothing = try KernelDump(of: sw)
    try mirrorctl.applyHere(before)
    try mirrorctl.applyHere(after)
    let wanted = try KernelDump(of: sw)
    func isKilled(_ output: CommandOutput) throws -> Bool {
      try #require([0, -SIGKILL].contains(output.status), "\(output)", sourceLocation: sourceLocation)
      return output.status != 0
    }
    func killedApply(_ number: Int) throws -> Bool {
      try isKilled(mirrorctl.run("apply", "-f", "-", profile: after, signal: SIGKILL, beforeRequest: number))
    }
    try mirrorctl.clear()
    for number in Self.requests {
      let isCutAnew = try killedApply(number)
      try mirrorctl.clear()
      try nothing.expectUnchanged(
        in: sw, "clear after an apply without its request \(number)", sourceLocation: sourceLocation)

      try mirrorctl.applyHere(before)
      let isCut = try killedApply(number)
      try mirrorctl.applyHere(after)
      try wanted.expectUnchanged(
        in: sw, "apply after one without its request \(number)", sourceLocation: sourceLocation)

      let isClearCut = try isKilled(mirrorctl.run("clear", signal: SIGKILL, beforeRequest: number))
      try mirrorctl.clear()
      try nothing.expectUnchanged(
        in: sw, "clear after one without its request \(number)", sourceLocation: sourceLocation)
      if !isCutAnew && !isCut && !isClearCut {
        #expect(number > 4, "a change has some requests", sourceLocation: sourceLocation)
        return
      }
    }
  }

  /// Expects that the service brings all of the change about when it is started again.
  func expectNoTraceOfService(in sw: NetworkNamespace, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let service = try RunningService(in: sw, before)
    let mirrorctl = MirrorCommand(in: sw)
    func restart(_ profile: String) throws -> KernelDump {
      try service.end()
      try service.profiles.put(profile, as: "lab.yaml")
      try service.start()
      return try KernelDump(of: sw)
    }
    let wanted = try restart(after)
    for number in Self.requests {
      try service.end()
      try mirrorctl.clear()
      try service.profiles.put(before, as: "lab.yaml")
      try service.start()
      try service.end()
      try service.profiles.put(after, as: "lab.yaml")
      guard try service.start(killedBeforeRequest: number) else {
        #expect(number > 4, "a change has some requests", sourceLocation: sourceLocation)
        return
      }
      try service.start()
      try wanted.expectUnchanged(in: sw, "without request \(number)", sourceLocation: sourceLocation)
    }
  }

  /// Expects that a signal before a request of `apply` leaves what was there before, or, after the last check, all of it.
  func expectUndone(
    by signal: Int32, in sw: NetworkNamespace, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let mirrorctl = MirrorCommand(in: sw)
    try mirrorctl.applyHere(before)
    let former = try KernelDump(of: sw)
    for number in Self.requests {
      let output = try mirrorctl.run("apply", "-f", "-", profile: after, signal: signal, beforeRequest: number)
      if output.status == 0 {
        #expect(number > 4, "a change has some requests", sourceLocation: sourceLocation)
        return
      }
      try #require(output.status == 128 + signal, "\(output)", sourceLocation: sourceLocation)
      try former.expectUnchanged(in: sw, "after a signal before request \(number)", sourceLocation: sourceLocation)
    }
  }

}
