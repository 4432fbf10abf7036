import Foundation
import Testing

/// `import ovs`: from an OVSDB server's socket and from what `ovs-vsctl` prints.
@Suite("Import of Open vSwitch's mirrors", .oneKernel)
struct SmallKernelImportTests {
  private static let cases = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("GoldenImports")

  private static func read(_ file: String) throws -> String {
    try String(contentsOf: cases.appendingPathComponent(file), encoding: .utf8)
  }

  private func mirrorctl(_ arguments: String..., input: String = "") throws -> CommandOutput {
    try Command([MirrorCommand.path] + arguments, input: input).run()
  }

  /// Every run gives records other UUIDs.
  private func maskingIDs(_ text: String) -> String {
    text.replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "UUID")
  }

  @Test(
    "The live database, its tables on standard input and in files give the reviewed profile",
    arguments: ["span-lab", "rspan-lab", "tunnels", "mirrors", "vlans"])
  func sources(name: String) throws {
    let server = try OVSDatabaseServer()
    try server.run(script: try Self.read("\(name)/make.sh"))
    let tables = try server.tables()
    if ProcessInfo.processInfo.environment["MIRRORCTL_UPDATE_GOLDEN"] == "1" {
      try Data(tables.utf8).write(to: Self.cases.appendingPathComponent("\(name)/ovs.json"))
    }

    let live = try mirrorctl("import", "ovs", "--db", server.address)
    #expect(live.status == 0, "\(live)")
    #expect(maskingIDs(live.text) == maskingIDs(try Self.read("\(name)/profile.yaml")))

    let piped = try mirrorctl("import", "ovs", "-", input: tables)
    #expect(piped.text == live.text)
    #expect(piped.errorText == live.errorText)

    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mirrorctl-import-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try tables.split(separator: "\n").enumerated().map { number, table in
      let file = folder.appendingPathComponent("\(number).json")
      try Data(table.utf8).write(to: file)
      return file.path
    }
    #expect(files.count == 4)
    #expect(try Command([MirrorCommand.path, "import", "ovs"] + files).run().text == live.text)

    let dump = try Command(["ovsdb-client", "--format=json", "dump", server.address, "Open_vSwitch"]).succeed()
    #expect(try mirrorctl("import", "ovs", "-", input: dump).text == live.text)
  }

  @Test("Filters and other columns that only later versions of Open vSwitch have are read from the live database")
  func laterColumns() throws {
    let server = try OVSDatabaseServer()
    try server.run(script: try Self.read("filters/make.sh"))
    if ProcessInfo.processInfo.environment["MIRRORCTL_UPDATE_GOLDEN"] == "1" {
      try Data(try server.dump().utf8).write(to: Self.cases.appendingPathComponent("filters/ovs.json"))
    }
    let live = try mirrorctl("import", "ovs", "--db", server.address)
    #expect(live.status == 0, "\(live)")
    #expect(live.text == (try Self.read("filters/profile.yaml")))
    #expect(try mirrorctl("import", "ovs", "-", input: server.dump()).text == live.text)
    let validated = try mirrorctl("validate", "-f", "-", input: live.text)
    #expect(validated.status == 0, "\(validated)")
  }

  @Test("What was imported is valid; warnings go to standard error, each with the mirror; JSON is the same profile")
  func validity() throws {
    let tables = try Self.read("span-lab/ovs.json")
    let imported = try mirrorctl("import", "ovs", "-", input: tables)
    #expect(imported.status == 0 && imported.errorText.isEmpty, "\(imported)")
    let validated = try mirrorctl("validate", "-f", "-", input: imported.text)
    #expect(validated.status == 0, "\(validated)")
    let json = try mirrorctl("import", "ovs", "-", "-o", "json", input: tables)
    #expect(
      json.text
        == #"{"version":1,"profile":"ovs","mirrors":[{"name":"m0","bridge":"br0","select_dst_port":"tap1","view":"switch","#
        + #""output_port":"tap3"}]}"# + "\n")
    let odd = try mirrorctl("import", "ovs", "-", input: try Self.read("mirrors/ovs.json"))
    #expect(odd.status == 0)
    #expect(odd.errorText.contains("mirrorctl: warning: Mirror 'no-output' of br0: "), "\(odd)")
    for line in odd.errorText.split(separator: "\n") { #expect(line.hasPrefix("mirrorctl: warning: "), "\(line)") }
  }

  @Test("No server: what to start and what to do instead; no such file; no table; nonsense: exit statuses")
  func failures() throws {
    let absent = try mirrorctl("import", "ovs", "--db", "unix:/nonexistent/db.sock")
    #expect(absent.status == 1, "\(absent)")
    for words in ["unix:/nonexistent/db.sock", "No such file", "ovsdb-server", "ovs-vsctl --format=json list"] {
      #expect(absent.errorText.contains(words), "\(absent)")
    }
    #expect(try mirrorctl("import", "ovs", "/nonexistent/ovs.json").status == 1)
    #expect(try mirrorctl("import", "ovs", "-", input: "nonsense").status == 65)
    #expect(try mirrorctl("import", "ovs", "-", input: #"{"headings":[],"data":[]}"#).status == 65)
    #expect(try mirrorctl("import", "ovs", "--db", "tcp:127.0.0.1:6640").status == 64)
    #expect(try mirrorctl("import", "ovs", "--db", "unix:/x", "ovs.json").status == 64)
  }
}
