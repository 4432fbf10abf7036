import ArgumentParser
import MirrorController

/// Shows what applying profiles would change.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what 'apply' would add (+), change (~) and remove (-); exits with 2 if anything.")

  @OptionGroup var profiles: ProfileOptions
  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    try Self.show(profiles, namespace, format)
  }

  static func show(_ profiles: ProfileOptions, _ namespace: NamespaceOptions, _ format: FormatOptions) throws {
    let loaded = try profiles.load()
    let session = try Session(namespace)
    let proposal = try reporting { () throws(ApplyError) in
      try session.checkService(.apply(loaded))
      return try session.controller.propose(.apply(loaded))
    }
    switch format.output {
    case .json: try Console.write(JSONText.encode(PlanDocument(proposal)) + "\n")
    case .text: try Console.write(lines: PlanText(proposal).lines)
    }
    if !proposal.plan.isEmpty { throw ExitCode.changesFound }
  }
}
