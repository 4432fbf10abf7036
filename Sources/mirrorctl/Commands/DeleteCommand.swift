import ArgumentParser

/// Removes some mirrors.
struct DeleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "delete", abstract: "Remove mirrors.")

  @Argument(help: "The mirrors' names.")
  var names: [String]

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    try Session(namespace, verbosity: verbosity).apply(.delete(names))
  }
}
