import ArgumentParser
import MirrorModel
import Netlink
import OVSImport

/// Makes a profile of Open vSwitch's mirrors.
struct ImportOVSCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ovs", abstract: "Print a profile that does what the mirrors of Open vSwitch do.",
    discussion: """
      Without a file it asks the running database. Files hold what this prints, in one file or one for each table:

        \(OVSTable.command)

      The profile goes to standard output. What cannot be carried over is told on standard error and in comments, as are the \
      commands that give Linux bridges the VLANs that the ports had. Nothing is changed.
      """)

  @Argument(help: "Files with the tables, or - for standard input.")
  var files: [String] = []

  @Option(help: ArgumentHelp("The database to ask instead of \(OVSSource.defaultDatabase).", valueName: "unix:path"))
  var db: String?

  @OptionGroup var format: FormatOptions

  func validate() throws {
    guard let db else { return }
    guard files.isEmpty else { throw ValidationError("give either files or --db") }
    guard db.hasPrefix("unix:/") else {
      throw ValidationError("--db takes unix:/PATH; save the tables of other databases with ovs-vsctl --db")
    }
  }

  func run() throws {
    let database = try reporting { () throws(OVSSource.Failure) in try OVSSource.read(files: files, database: db) }
    let result = OVSImport(database, profileName: "ovs")
    let text = ProfileEncoder.encode(result.profile)
    switch format.output {
    case .json: try Console.write(text + "\n")
    case .text:
      let document = try reporting { () throws(Diagnostic) in try YAMLParser.parse(Array(text.utf8), file: "ovs") }
      let lines = document.map { ImportText.lines(result, document: $0) } ?? []
      try Console.write(lines.map { $0 + "\n" }.joined())
    }
    Console.warn(result.notes.map(\.description))
    if result.profile.mirrors.isEmpty { Console.warn(["Open vSwitch has no mirror that can be carried over"]) }
  }
}
