import ArgumentParser

/// Removes everything of ours.
struct ClearCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear", abstract: "Remove all mirrors and every trace of them; needs no profile.")

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var verbosity: VerbosityOptions

  func run() throws {
    try Session(namespace, verbosity: verbosity).apply(.clear)
  }
}
