import ArgumentParser
import MirrorController

/// Carries profiles out.
struct ApplyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply", abstract: "Bring the kernel to what the profiles say: all of it, or nothing.",
    discussion: """
      Mirrors that an applied profile no longer lists are removed; profiles of other names stay. Applying again changes \
      nothing. Success is quiet.
      """)

  @OptionGroup var profiles: ProfileOptions
  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var verbosity: VerbosityOptions

  @Flag(help: "Only show the plan.")
  var dryRun = false

  func run() throws {
    guard !dryRun else { return try PlanCommand.show(profiles, namespace, FormatOptions.text) }
    let loaded = try profiles.load()
    try Session(namespace, verbosity: verbosity).apply(.apply(loaded))
  }
}
