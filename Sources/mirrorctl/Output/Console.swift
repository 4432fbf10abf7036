import ArgumentParser
import Netlink
import NetworkTypes

/// Where commands write: what was asked for to standard output, all else to standard error.
///
/// Names on a host may hold whatever the kernel lets through. Text for people is cleaned here of what a terminal might take for a
/// command; formats for programs have escaped it themselves.
enum Console {
  /// Writes lines for people.
  ///
  /// - Throws: the exit status of a failure, which has been told, where they cannot be written.
  static func write(lines: [String]) throws(ExitCode) {
    try write(lines.map { $0.printable + "\n" }.joined())
  }

  /// Writes whole lines in a format for programs as they are: JSON, YAML and shell scripts, which have escapes of their own, and
  /// metrics, which have none. A terminal, which is no program, is spared even so what it might obey.
  ///
  /// - Throws: the exit status of a failure, which has been told, where they cannot be written.
  static func write(_ text: String) throws(ExitCode) {
    let shown = StandardOutput.isTerminal ? text.printableLines : text
    do throws(StandardOutput.Failure) { try StandardOutput.write(shown) } catch {
      // Whoever reads has seen enough.
      if !error.isBrokenPipe { report(["standard output: \(error)"]) }
      throw ExitCode.failure
    }
  }

  /// Tells why something cannot be done.
  static func report(_ lines: [String]) {
    for line in lines { StandardError.write("mirrorctl: \(line.printable)\n") }
  }

  /// Tells what is worth knowing about something that was done.
  static func warn(_ texts: [String]) { report(texts.map { "warning: \($0)" }) }

  /// Tells how something is done, in shell commands.
  static func tell(commands: [String]) {
    for command in commands { StandardError.write(command + "\n") }
  }
}
