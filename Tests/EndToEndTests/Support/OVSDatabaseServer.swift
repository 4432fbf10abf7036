import FoundationEssentials
import Glibc

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
    try Command(["ovsdb-tool", "create", directory + "/db", "/usr/share/openvswitch/vswitch.ovsschema"]).succeed()
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

  /// Runs a script of commands that find the address in `OVS_DB`.
  func run(script: String) throws {
    try Command(["bash", "-eu"], input: script, environment: ["OVS_DB=\(address)"]).succeed()
  }

  /// The tables as `ovs-vsctl` prints them, in one text.
  func tables() throws -> String {
    try Command(
      ["ovs-vsctl", "--db=\(address)", "--format=json"]
        + ["list", "Bridge", "--", "list", "Port", "--", "list", "Interface", "--", "list", "Mirror"]
    ).succeed()
  }
}
