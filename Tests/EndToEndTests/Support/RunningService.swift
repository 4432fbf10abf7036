import CLinux
import Glibc
import Netlink
import Testing

/// `mirrorctl daemon` in a namespace, on a folder of profiles of its own.
///
/// It looks by itself only once a day, so whatever it does it does because something told it to. What it tells its manager is
/// what tests wait for: it sends its state after each look.
final class RunningService {
  let namespace: NetworkNamespace
  let profiles: ScratchFolder
  private let manager: ServiceManager
  private let options: [String]
  /// For how many seconds it leaves interfaces alone that have just appeared.
  private let grace: Int
  private var process: RunningCommand?
  private var earlierLog = ""
  /// How long anything may take; slow machines and user-mode kernels included.
  private static let limit = Duration.seconds(60)

  /// Starts it, perhaps with further options, and waits until it is ready.
  init(
    in namespace: NetworkNamespace, _ profiles: [String: String], grace: Int = 0, _ options: String...
  ) throws {
    self.options = options
    self.grace = grace
    self.namespace = namespace
    self.profiles = try ScratchFolder()
    manager = try ServiceManager(in: namespace)
    for (name, text) in profiles { try self.profiles.put(text, as: name) }
    try start()
  }

  /// With one file, `lab.yaml`.
  convenience init(in namespace: NetworkNamespace, _ profile: String, grace: Int = 0) throws {
    try self.init(in: namespace, ["lab.yaml": profile], grace: grace)
  }

  // MARK: Its life

  /// Starts it, perhaps from another copy of the program, and waits until it is ready.
  func start(_ program: String = MirrorCommand.path, meanwhile pass: (() throws -> Void)? = nil) throws {
    let position = manager.messages.count
    try launch(program)
    try wait(for: "READY", meanwhile: pass) { self.isReady(since: position) }
  }

  /// Starts one that is killed before one of its requests that change something, counted from 1.
  ///
  /// - Returns: `false`: it became ready before it came to that request.
  func start(killedBeforeRequest number: Int) throws -> Bool {
    let position = manager.messages.count
    try launch(MirrorCommand.path, MirrorCommand.environment(signal: SIGKILL, beforeRequest: number))
    let deadline = Deadline.after(Self.limit)
    while let process, try process.isRunning() {
      if isReady(since: position) { return false }
      guard !deadline.hasPassed else { throw SupportError("it neither ends nor becomes ready; \(log)") }
      try hear(meanwhile: nil)
    }
    try end(by: SIGKILL)
    return true
  }

  private func launch(_ program: String, _ environment: [String] = []) throws {
    let words = [
      "daemon", "--profiles", profiles.path, "--resync", "86400", "--grace", "\(grace)", "--log-level", "debug",
    ]
    let variables = ["SWIFT_BACKTRACE=enable=no", "NOTIFY_SOCKET=\(manager.address)"]
    process = try Command([program] + words + options, environment: variables + environment, in: namespace).start()
  }

  /// Whether it has said so, and then how it is.
  private func isReady(since position: Int) -> Bool {
    manager.messages[position...].drop { $0 != "READY=1\n" }.contains { $0.hasPrefix("STATUS=") }
  }

  /// Ends it by a signal and waits for its end.
  func end(by signal: Int32 = SIGTERM, meanwhile pass: (() throws -> Void)? = nil) throws {
    guard let process else { return }
    try process.signal(signal)
    if let pass {
      let deadline = Deadline.after(Self.limit)
      while try process.isRunning() {
        try pass()
        guard !deadline.hasPassed else { throw SupportError("the service did not end; \(log)") }
      }
    }
    let output = try process.finish()
    #expect(output.status == (signal == SIGKILL ? -SIGKILL : 0), "\(output)")
    earlierLog += output.errorText
    self.process = nil
  }

  /// Has it read everything again, and waits until it has; whatever happened before is dealt with then.
  func reload(meanwhile pass: (() throws -> Void)? = nil) throws {
    let position = manager.messages.count
    try process?.signal(SIGHUP)
    try wait(for: "READY after SIGHUP", meanwhile: pass) { self.isReady(since: position) }
  }

  func signal(_ number: Int32) throws { try process?.signal(number) }

  /// Ends it and starts it again by other programs, such as `env NAME=VALUE`; they have to become it in the end.
  func restart(by words: String...) throws {
    try end()
    let folder = try ScratchFolder()
    let script = folder.path + "/mirrorctl"
    try folder.put("#!/bin/sh\nexec \(words.joined(separator: " ")) \(MirrorCommand.path) \"$@\"\n", as: "mirrorctl")
    try Command(["chmod", "+x", script]).succeed()
    try start(script)
    withExtendedLifetime(folder) {}
  }

  /// Lets it have a little more address space than it has now, in KiB, and no more.
  func limitMemory(toMore room: Int) throws {
    let size = try memory("VmSize")
    try Command(["prlimit", "--pid", "\(try number)", "--core=0", "--as=\((size + room) * 1024)"]).succeed()
  }

  /// How much memory it has in one way, in KiB: `VmSize`, `VmRSS`, `VmHWM`; see proc_pid_status(5).
  func memory(_ kind: String) throws -> Int {
    let status = try Command(["cat", "/proc/\(try number)/status"]).succeed()
    let line = status.split(separator: "\n").first { $0.hasPrefix("\(kind):") }
    guard let size = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }) else {
      throw SupportError(status)
    }
    return size
  }

  /// The number of its process.
  private var number: Int32 {
    get throws {
      guard let number = try namespace.enter({ try ServiceLock.holder()?.process }) else {
        throw SupportError("the service does not run")
      }
      return number
    }
  }

  /// Waits until it has ended by itself; once a condition is true it is killed.
  func awaitEnd(orUntil answer: () throws -> Bool) throws {
    let deadline = Deadline.after(Self.limit)
    while let process, try process.isRunning(), try !answer() {
      guard !deadline.hasPassed else { throw SupportError("it neither ends nor goes on; \(log)") }
      try hear(meanwhile: nil)
    }
    guard let process else { return }
    try process.signal(SIGKILL)
    let output = try process.finish()
    #expect(output.status < 0, "\(output)")
    earlierLog += output.errorText
    self.process = nil
  }

  /// Does something while the service is stopped, so that it finds all of it at once.
  func whileStopped(_ body: () throws -> Void) throws {
    try process?.signal(SIGSTOP)
    let result = Result(catching: body)
    try process?.signal(SIGCONT)
    try result.get()
  }

  // MARK: What it tells

  var log: String { earlierLog + (process?.errorTextSoFar ?? "") }

  /// What it has told its manager so far, a datagram each.
  func told() throws -> [String] {
    try manager.hear(until: .after(.zero))
    return manager.messages
  }

  /// How often it has looked at the kernel, at some interfaces or at everything.
  func looks() throws -> Int {
    try manager.hear(until: .after(.zero))
    return manager.messages.count { $0.hasPrefix("STATUS=") }
  }

  /// How often it has looked at the whole of the kernel.
  func wholeLooks() throws -> Int {
    let text = try Command([MirrorCommand.path, "metrics"], in: namespace).succeed()
    let line = text.split(separator: "\n").first { $0.hasPrefix("mirrorctl_service_looks_total ") }
    return try #require(line.flatMap { $0.split(separator: " ").last.flatMap { Int($0) } })
  }

  /// What it has done to the kernel so far, an entry for each look that found something to do: the number of steps.
  var repairs: [Int] {
    log.split(separator: "\n").filter { $0.contains("brought the kernel to what is wanted") }
      .compactMap { $0.split(separator: "=").last.flatMap { Int($0) } }
  }

  /// Waits until a condition is true, asking again after each look of the service.
  func wait(
    for condition: String, meanwhile pass: (() throws -> Void)? = nil, until answer: () throws -> Bool
  ) throws {
    let deadline = Deadline.after(Self.limit)
    while try !answer() {
      guard !deadline.hasPassed, try process?.isRunning() ?? false else {
        throw SupportError("waited in vain for \(condition); \(log)")
      }
      try hear(meanwhile: pass)
    }
  }

  /// Waits a second at most until the service tells something or ends.
  private func hear(meanwhile pass: (() throws -> Void)?) throws {
    let moment = Deadline.after(.seconds(1))
    guard let pass else {
      try manager.hear(until: moment, orEndOf: process)
      return
    }
    repeat { try pass() } while try !manager.hear(until: .after(.zero)) && !moment.hasPassed
  }

  /// Waits until the kernel holds what it held before.
  func awaitSame(as before: KernelDump, sourceLocation: SourceLocation = #_sourceLocation) throws {
    var changes: [String] = []
    do {
      try wait(for: "the kernel to hold what it held") {
        changes = try KernelDump(of: namespace).changes(since: before)
        return changes.isEmpty
      }
    } catch { throw SupportError("\(error)\n\(changes.joined(separator: "\n"))") }
  }

  /// Waits until a mirror is in a state.
  @discardableResult
  func awaitState(_ state: String, of mirror: String = "m0") throws -> MirrorStatus {
    var status = try MirrorCommand(in: namespace).status(mirror)
    try wait(for: "\(mirror) to be \(state)") {
      status = try MirrorCommand(in: namespace).status(mirror)
      return status.state == state
    }
    return status
  }
}
