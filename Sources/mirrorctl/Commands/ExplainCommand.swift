import ArgumentParser
import MirrorController

/// Shows the plan as commands that can be run by hand.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Print the shell script of ip, bridge and tc commands that does what 'apply' would do.")

  @OptionGroup var profiles: ProfileOptions
  @OptionGroup var namespace: NamespaceOptions

  func run() throws {
    let loaded = try profiles.load()
    let session = try Session(namespace)
    let proposal = try reporting { () throws(ApplyError) in try session.controller.propose(.apply(loaded)) }
    try Console.write(proposal.plan.script)
  }
}
