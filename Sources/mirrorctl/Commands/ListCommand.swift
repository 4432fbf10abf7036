import ArgumentParser

/// The names of the mirrors.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Print the names of the mirrors.")

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    let session = try Session(namespace)
    let observation = try reporting { try session.controller.observe() }
    let names = observation.profiles.flatMap(\.mirrors).map(\.name).sorted()
    switch format.output {
    case .json: print(try JSONText.encode(names))
    case .text: for line in names { print(line) }
    }
  }
}
