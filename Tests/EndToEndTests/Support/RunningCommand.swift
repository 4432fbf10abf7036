import Glibc

/// A program that was started; it is killed where nobody waits for its end.
final class RunningCommand {
  private let command: Command
  private let process: pid_t
  private let output: FileDescriptor
  private let error: FileDescriptor
  private let alive: FileDescriptor
  private var isReaped = false

  init(
    command: Command, process: pid_t, output: consuming FileDescriptor, error: consuming FileDescriptor,
    alive: consuming FileDescriptor
  ) {
    self.command = command
    self.process = process
    self.output = output
    self.error = error
    self.alive = alive
  }

  deinit {
    guard !isReaped else { return }
    kill(process, SIGKILL)
    _ = waitpid(process, nil, 0)
  }

  func signal(_ number: Int32) throws {
    try checked("kill", kill(process, number))
  }

  /// What poll(2) tells of when it ends: it hangs up then.
  var endDescriptor: Int32 { alive.number }

  /// Whether it has not ended yet.
  func isRunning() throws -> Bool {
    var watched = pollfd(fd: alive.number, events: 0, revents: 0)
    return try unsafe checked("poll", poll(&watched, 1, 0)) == 0
  }

  /// What it has written so far.
  var textSoFar: String { String(decoding: output.contents(), as: UTF8.self) }

  /// What it has written on standard error so far.
  var errorTextSoFar: String { String(decoding: error.contents(), as: UTF8.self) }

  /// Waits for its end, at most as long as the command's limit says; then it is killed.
  func finish() throws -> CommandOutput {
    let deadline = Deadline.after(command.limit)
    var watched = pollfd(fd: alive.number, events: 0, revents: 0)
    var ready: Int32
    repeat { ready = unsafe poll(&watched, 1, deadline.milliseconds) } while ready < 0 && errno == EINTR
    if ready == 0 { kill(process, SIGKILL) }
    var status: Int32 = 0
    unsafe try checked("waitpid", waitpid(process, &status, 0))
    isReaped = true
    guard ready != 0 else {
      throw SupportError("\(command.arguments.joined(separator: " ")) did not end within \(command.limit)")
    }
    return CommandOutput(
      status: status & 0x7f == 0 ? status >> 8 & 0xff : -(status & 0x7f),
      text: String(decoding: output.contents(), as: UTF8.self),
      errorText: String(decoding: error.contents(), as: UTF8.self))
  }
}

/// What a program left behind.
struct CommandOutput: Sendable, CustomStringConvertible {
  /// The exit status, or the negative number of the signal that ended it.
  let status: Int32
  /// Standard output.
  let text: String
  /// Standard error.
  let errorText: String

  var description: String { "exit status \(status)\n\(text)\(errorText)" }
}
