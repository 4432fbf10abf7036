import ArgumentParser

/// Makes profiles of what other programs are configured to do.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make a profile of the mirrors of another program.",
    subcommands: [ImportOVSCommand.self])
}
