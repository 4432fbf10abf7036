import ArgumentParser
import Netlink
import NetworkTypes

/// Port mirroring for plain Linux interfaces and bridges.
@main
struct MirrorctlCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mirrorctl",
    abstract: "Port mirroring for plain Linux interfaces and bridges, done by the kernel.",
    discussion: """
      A profile says which ports are mirrored to where; mirrorctl turns it into tc filters and tunnel devices and keeps \
      nothing but those.

      Exit status: 0 done (plan: nothing to do), 1 failed, 2 plan found changes, 64 usage, 65 the profile is invalid, \
      69 the kernel lacks a feature, 77 not permitted.
      """,
    version: "0.1.0",
    subcommands: [
      ValidateCommand.self, PlanCommand.self, ApplyCommand.self, ExplainCommand.self, StatusCommand.self,
      ShowCommand.self, ListCommand.self, DeleteCommand.self, ClearCommand.self, EnableCommand.self,
      DisableCommand.self, ProbeCommand.self, ImportCommand.self, DaemonCommand.self, TopCommand.self,
      MetricsCommand.self, MonitorCommand.self,
    ])

  /// As the parser's own, but help that cannot be written is a failure too.
  static func main() {
    StandardStreams.occupy()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let status = exitCode(for: error)
      let lines = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      guard lines != [""] else { exit(withError: status) }
      guard status == .success else {
        for line in lines { StandardError.write(line.printable + "\n") }
        exit(withError: status)
      }
      do { try Console.write(lines: lines) } catch { exit(withError: error) }
    }
  }
}
