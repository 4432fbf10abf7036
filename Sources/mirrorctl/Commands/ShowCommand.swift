import ArgumentParser

/// All there is to say about one mirror.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a mirror in full, with the kernel objects behind it.")

  @Argument(help: "The mirror: PROFILE/MIRROR, or MIRROR of any profile.")
  var name: String

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    let status = try StatusCommand.status(of: [name], namespace)
    switch format.output {
    case .json: try Console.write(JSONText.encode(status.mirrors.map(ShowDocument.init)) + "\n")
    case .text: try Console.write(lines: status.mirrors.flatMap { ShowText($0, bridges: status.bridges).lines })
    }
  }
}
