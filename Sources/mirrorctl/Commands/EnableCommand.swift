import ArgumentParser

/// Switches mirrors on.
struct EnableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Switch mirrors on that were disabled.")

  @Argument(help: "The mirrors: PROFILE/MIRROR, or MIRROR where only one profile has it.")
  var names: [String]

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    try Session(namespace, verbosity: verbosity).apply(.set(.enabled, names))
  }
}
