import ArgumentParser
import MirrorController

/// One line for each mirror.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how the mirrors fare, with their counters.")

  @Argument(help: "Only these mirrors.")
  var names: [String] = []

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    let mirrors = try Self.mirrors(named: names, namespace)
    switch format.output {
    case .json: print(try JSONText.encode(StatusDocument(mirrors)))
    case .text: for line in StatusText(mirrors).lines { print(line) }
    }
  }

  /// The mirrors of these names, or all.
  static func mirrors(named names: [String], _ namespace: NamespaceOptions) throws -> [Status.Mirror] {
    let session = try Session(namespace)
    let status = try reporting { () throws(ApplyError) in try session.controller.status() }
    guard !names.isEmpty else { return status.mirrors }
    let known = Set(status.mirrors.map(\.report.name))
    let unknown = names.filter { !known.contains($0) }
    if !unknown.isEmpty { try reporting { () throws(ApplyError) in throw .unknownMirrors(unknown) } }
    return status.mirrors.filter { names.contains($0.report.name) }
  }
}
