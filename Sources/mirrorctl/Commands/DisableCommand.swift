import ArgumentParser

/// Switches mirrors off without forgetting them.
struct DisableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Switch mirrors off without deleting them.")

  @Argument(help: "The mirrors: PROFILE/MIRROR, or MIRROR where only one profile has it.")
  var names: [String]

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    try Session(namespace, verbosity: verbosity).apply(.set(.disabled, names))
  }
}
