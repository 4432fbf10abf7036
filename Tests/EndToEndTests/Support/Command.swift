import CLinux
import Glibc

/// A program to run, looked up in `PATH`.
struct Command: Sendable {
  var arguments: [String]
  var input = ""
  /// `NAME=VALUE`, in front of the tests' own environment.
  var environment: [String] = []
  /// Where it runs; `nil`: in the tests' own namespace.
  var namespace: NetworkNamespace?
  /// How long it may take.
  var limit = Duration.seconds(60)

  init(
    _ arguments: [String], input: String = "", environment: [String] = [], in namespace: NetworkNamespace? = nil
  ) {
    self.arguments = arguments
    self.input = input
    self.environment = environment
    self.namespace = namespace
  }

  /// Runs it to its end, whatever its exit status.
  func run() throws -> CommandOutput {
    try start().finish()
  }

  /// Runs it to its end.
  /// - Throws: ``SupportError`` with what it wrote, unless it exits with 0.
  @discardableResult
  func succeed() throws -> String {
    let output = try run()
    guard output.status == 0 else { throw SupportError("\(arguments.joined(separator: " ")): \(output)") }
    return output.text
  }

  /// Starts it, its standard streams in files without names and its end shown by a socket that closes.
  func start() throws -> RunningCommand {
    let standardInput = try Self.temporaryFile("stdin")
    try standardInput.write(Array(input.utf8))
    lseek(standardInput.number, 0, SEEK_SET)
    let standardOutput = try Self.temporaryFile("stdout")
    let standardError = try Self.temporaryFile("stderr")
    var ends: [Int32] = [-1, -1]
    try unsafe checked("socketpair", socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closedOnExec, 0, &ends))
    let alive = try FileDescriptor("socketpair", ends[0])
    let held = try FileDescriptor("socketpair", ends[1])
    let streams = [standardInput.number, standardOutput.number, standardError.number, held.number]
    let process = try namespace?.enter { try spawn(streams) } ?? spawn(streams)
    return RunningCommand(
      command: self, process: process, output: standardOutput, error: standardError, alive: alive)
  }

  private static func temporaryFile(_ name: String) throws -> FileDescriptor {
    try FileDescriptor("memfd_create", unsafe memfd_create(name, UInt32(MFD_CLOEXEC)))
  }

  /// Gives the child the streams as its descriptors 0, 1, 2 and so on; a child inherits the thread's namespace, but not the
  /// signals that the thread holds back.
  private func spawn(_ streams: [Int32]) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (number, stream) in streams.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    let words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    let added = unsafe environment.map { unsafe strdup($0) }
    let copies = unsafe words + added
    defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
    var variables = unsafe added
    var inherited = unsafe environ
    while let variable = unsafe inherited.pointee {
      unsafe variables.append(variable)
      unsafe inherited += 1
    }
    unsafe variables.append(nil)
    var process: pid_t = 0
    errno = unsafe posix_spawnp(&process, arguments[0], &actions, &attributes, words, variables)
    guard errno == 0 else { throw SystemError(arguments[0]) }
    return process
  }
}
