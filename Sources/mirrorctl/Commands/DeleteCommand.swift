import ArgumentParser
import MirrorController

/// Removes some mirrors.
struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Remove mirrors, or whole profiles.",
    discussion: "With its last mirror goes all of a profile, also what it asks of bridges.")

  @Argument(help: "The mirrors: PROFILE/MIRROR, or MIRROR where only one profile has it.")
  var names: [String] = []

  @Option(help: ArgumentHelp("Remove all of this profile.", valueName: "profile"))
  var profile: [String] = []

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var verbosity: VerbosityOptions

  func validate() throws {
    guard names.isEmpty != profile.isEmpty else { throw ValidationError("give either mirrors or --profile") }
  }

  func run() throws {
    let change = profile.isEmpty ? Change.delete(names) : .deleteProfiles(profile)
    try Session(namespace, verbosity: verbosity).apply(change)
  }
}
