import FoundationEssentials
import Glibc
import Testing

/// An OVSDB server of the test's own with an empty database of Open vSwitch; no switch belongs to it.
final class OVSDatabaseServer {
  private let directory: String
  private let process: RunningCommand

  /// As `ovs-vsctl --db` and `mirrorctl import ovs --db` take it.
  var address: String { "unix:\(directory)/db.sock" }

  init() throws {
    var template = Array("/run/mirrorctl-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
    directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try Data(try Self.schema().utf8).write(to: URL(fileURLWithPath: directory + "/schema"))
    try Command(["ovsdb-tool", "create", directory + "/db", directory + "/schema"]).succeed()
    process = try Command([
      "ovsdb-server", "--remote=punix:\(directory)/db.sock", "--unixctl=\(directory)/control", "-vconsole:off",
      directory + "/db",
    ]).start()
    try Deadline.after(.seconds(60)).wait(for: "ovsdb-server") {
      try Command(["ovs-vsctl", "--timeout=10", "--db=\(address)", "--no-wait", "init"]).run().status == 0
    }
  }

  deinit {
    try? process.signal(SIGKILL)
    _ = try? process.finish()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// The installed schema, with the column `filter` that the table Mirror has from Open vSwitch 3.4 on.
  private static func schema() throws -> String {
    let text = try String(contentsOf: URL(fileURLWithPath: "/usr/share/openvswitch/vswitch.ovsschema"), encoding: .utf8)
    let mirror = try #require(text.firstRange(of: #""Mirror": {"#)?.upperBound)
    guard !text[mirror...].prefix(2500).contains(#""filter":"#) else { return text }
    let columns = try #require(text[mirror...].firstRange(of: #""columns": {"#)?.upperBound)
    return text[..<columns] + #""filter": {"type": {"key": "string", "min": 0, "max": 1}}, "# + text[columns...]
  }

  /// Runs a script of commands that find the address in `OVS_DB`.
  func run(script: String) throws {
    try Command(["bash", "-eu"], input: script, environment: ["OVS_DB=\(address)"]).succeed()
  }

  /// The tables with all columns of the database, also those that the installed `ovs-vsctl` does not know, a line each.
  func dump() throws -> String {
    try ["Bridge", "Port", "Interface", "Mirror"].map { table in
      try Command(["ovsdb-client", "--format=json", "dump", address, "Open_vSwitch", table]).succeed()
    }.joined()
  }

  /// The tables as `ovs-vsctl` prints them, in one text.
  func tables() throws -> String {
    try Command(
      ["ovs-vsctl", "--db=\(address)", "--format=json"]
        + ["list", "Bridge", "--", "list", "Port", "--", "list", "Interface", "--", "list", "Mirror"]
    ).succeed()
  }
}
