import ArgumentParser
import MirrorController
import MirrorModel
import Netlink
import TrafficControl

/// One run against the kernel of a network namespace.
struct Session {
  let controller: MirrorController<LinuxKernel>
  private let verbosity: VerbosityOptions?

  init(_ namespace: NamespaceOptions, verbosity: VerbosityOptions? = nil) throws {
    self.verbosity = verbosity
    let kernel = try reporting { () throws(KernelError) in
      if let name = namespace.netns { try NetworkNamespace.enter(name) }
      return try LinuxKernel()
    }
    controller = MirrorController(kernel: kernel, parse: Self.parse)
  }

  /// Makes a change, which a signal undoes, and tells what is worth knowing about it.
  func apply(_ change: Change) throws {
    guard Capability.hasNetAdmin() else { throw Self.notPermitted() }
    Interrupts.install()
    let proposal = try reporting { try carryOut(change) { Interrupts.isPending } }
    if verbosity?.verbose == true { Console.tell(commands: proposal.plan.steps.flatMap(\.commands)) }
    // Who cannot read them finds out anew.
    try? LinuxKernel.saveFeatures()
    Console.warn(Self.warnings(of: proposal))
  }

  /// What is worth knowing about a change that was made.
  static func warnings(of proposal: MirrorController<LinuxKernel>.Proposal) -> [String] {
    proposal.compilation.warnings.map(\.description)
      + proposal.compilation.mirrors.filter { $0.state == .degraded }
      .map { "mirror \($0.name) is degraded: \($0.reasons.joined(separator: "; "))" }
  }

  /// Makes a change, alone in its namespace.
  ///
  /// - Parameter isInterrupted: asked again and again; when it says yes, all is undone.
  /// - Throws: `KernelError` where another program has the lock, or ``ApplyError``.
  func carryOut(
    _ change: Change, isInterrupted: () -> Bool
  ) throws -> MirrorController<LinuxKernel>.Proposal {
    let lock = try ApplyLock(patience: Self.lockPatience, isInterrupted: isInterrupted)
    defer { withExtendedLifetime(lock) {} }
    try checkService(change)
    return try controller.apply(change, isInterrupted: isInterrupted)
  }

  /// A change of what a running service keeps would be undone by it at once.
  func checkService(_ change: Change) throws(ApplyError) {
    let holder: ServiceLock.Holder?
    do throws(KernelError) { holder = try ServiceLock.holder() } catch {
      // Who may not ask may not change anything either, and only wants to know.
      guard error.cause != .notPermitted else { return }
      throw .observation(error)
    }
    guard let holder else { return }
    let kept = try change.keptProfiles(of: controller.observe().profiles)
    if !kept.isEmpty { throw .keptByService(kept, process: holder.process, directory: holder.directory) }
  }

  /// Tells that a capability is missing, and gives the exit status for it.
  static func notPermitted() -> ExitCode {
    Console.report(["changing mirrors needs the capability CAP_NET_ADMIN: run it as root, or with sudo"])
    return .notPermitted
  }

  /// Seconds to wait while another program changes the same namespace.
  private static let lockPatience = 30

  /// Records are profiles in the format that users write.
  static let parse: RecordParser = { text in
    guard let document = try? YAMLParser.parse(Array(text.utf8), file: "record") else { return nil }
    return try? ProfileDecoder.decode(document, file: "record", defaultName: "").get()
  }
}

/// Runs a step of a command; a failure is told on standard error and becomes an exit status.
func reporting<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws -> Value {
  do {
    return try body()
  } catch {
    let failure = FailureReport(error)
    Console.report(failure.lines)
    throw failure.exitCode
  }
}
