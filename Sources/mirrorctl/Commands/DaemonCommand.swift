import ArgumentParser
import Netlink

/// Keeps the kernel equal to the profiles of a directory.
struct DaemonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "daemon", abstract: "Keep the kernel equal to the profiles of a directory, until told to stop.",
    discussion: """
      Whatever changes on the host, the mirrors are put right again. Mirrors stay when the program ends; 'mirrorctl clear' \
      removes them. SIGHUP reads all profiles again. Profiles that were applied by command are kept in force as well, and \
      go only by command.
      """)

  @Option(help: ArgumentHelp("The profiles: *.yaml, *.yml and *.json, in the order of their names.", valueName: "dir"))
  var profiles = "/etc/mirrorctl/profiles.d"

  @Flag(help: "Take profiles also where others than root and the daemon's user can write them or their directory.")
  var allowWritableProfiles = false

  @OptionGroup var namespace: NamespaceOptions

  @Option(help: ArgumentHelp("Look at everything after so long, even if nothing has happened.", valueName: "seconds"))
  var resync = 60

  @Option(
    help: ArgumentHelp(
      "Add no qdisc to the interface of a virtual machine or container for so long after it has appeared.",
      valueName: "seconds"))
  var grace = 3

  @Option(
    help: ArgumentHelp("Write metrics for the textfile collector of node_exporter to this file.", valueName: "file"))
  var textfile: String?

  enum LogLevel: String, ExpressibleByArgument, CaseIterable { case debug, info, notice, warning, error }

  @Option(help: "The least that is worth a line in the log.")
  var logLevel = LogLevel.info

  func validate() throws {
    guard (1...86_400).contains(resync) else { throw ValidationError("--resync takes 1 to 86400 seconds") }
    guard (0...3600).contains(grace) else { throw ValidationError("--grace takes 0 to 3600 seconds") }
    if let textfile {
      guard textfile.hasSuffix(".prom") else {
        throw ValidationError("--textfile must end in .prom: node_exporter reads nothing else")
      }
    }
  }

  func run() throws {
    guard Capability.hasNetAdmin() else { throw Session.notPermitted() }
    try MirrorDaemon(self).run()
  }
}
