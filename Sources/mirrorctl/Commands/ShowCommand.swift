import ArgumentParser

/// All there is to say about one mirror.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a mirror in full, with the kernel objects behind it.")

  @Argument(help: "The mirror's name.")
  var name: String

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    let mirrors = try StatusCommand.mirrors(named: [name], namespace)
    switch format.output {
    case .json: print(try JSONText.encode(mirrors.map(ShowDocument.init)))
    case .text: for line in mirrors.flatMap({ ShowText($0).lines }) { print(line) }
    }
  }
}
