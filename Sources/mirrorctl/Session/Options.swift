import ArgumentParser
import MirrorModel

/// Where the profiles are.
struct ProfileOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Profiles: files, directories (their *.yaml, *.yml and *.json) or - for standard input.", valueName: "file"))
  var file: [String]

  func validate() throws {
    guard !file.isEmpty else { throw ValidationError("give at least one profile with -f") }
  }

  /// Reads them, and warns of those that others than root and the user can write.
  func load() throws -> [Profile] {
    let loaded = try reporting { () throws(ProfileFiles.LoadError) in try ProfileFiles.load(file) }
    Console.warn(loaded.warnings)
    return loaded.profiles
  }
}

/// Where to work.
struct NamespaceOptions: ParsableArguments {
  @Option(help: "Work in this network namespace, as ip netns lists them.")
  var netns: String?
}

/// How to print.
struct FormatOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Option(name: .shortAndLong, help: "How to print: text for people, json for programs.")
  var output: Format = .text

  static var text: FormatOptions {
    var options = FormatOptions()
    options.output = .text
    return options
  }
}

/// How much to say.
struct VerbosityOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Show each request in the words of ip, bridge and tc.")
  var verbose = false
}
