import ArgumentParser
import MirrorController

/// One line for each mirror.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how the mirrors fare, with their counters.")

  @Argument(help: "Only these mirrors: PROFILE/MIRROR, or MIRROR of any profile.")
  var names: [String] = []

  @OptionGroup var namespace: NamespaceOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    let status = try Self.status(of: names, namespace)
    switch format.output {
    case .json: try Console.write(JSONText.encode(StatusDocument(status)) + "\n")
    case .text: try Console.write(lines: StatusText(status).lines)
    }
  }

  /// The mirrors of these names, with the settings of bridges that their profiles have; all where there is no name.
  static func status(of names: [String], _ namespace: NamespaceOptions) throws -> Status {
    let session = try Session(namespace)
    var status = try reporting { () throws(ApplyError) in try session.controller.status() }
    guard !names.isEmpty else { return status }
    let wanted = names.map { (text: $0, name: MirrorName($0)) }
    let unknown = wanted.filter { item in !status.mirrors.contains { item.name.fits($0.report.owner) } }.map(\.text)
    if !unknown.isEmpty { try reporting { () throws(ApplyError) in throw .unknownMirrors(unknown) } }
    status.mirrors.removeAll { mirror in !wanted.contains { $0.name.fits(mirror.report.owner) } }
    let profiles = Set(status.mirrors.map(\.report.owner.profile))
    status.bridges.removeAll { !profiles.contains($0.profile) }
    return status
  }
}
