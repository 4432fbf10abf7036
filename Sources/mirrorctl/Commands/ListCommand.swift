import ArgumentParser
import MirrorCompiler
import MirrorController

/// The names of the mirrors.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Print the names of the mirrors, as commands take them.")

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    let session = try Session(namespace)
    let observation = try reporting { try session.controller.observe() }
    let owners = observation.profiles.flatMap { profile in
      profile.mirrors.map { Owner(profile: profile.name, subject: .mirror($0.name)) }
    }
    let names = MirrorName.shortest(owners).sorted()
    switch format.output {
    case .json: try Console.write(JSONText.encode(names) + "\n")
    case .text: try Console.write(lines: names)
    }
  }
}
