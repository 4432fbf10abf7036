import Glibc

/// An Open vSwitch of its own: database, daemon and sockets in a folder that goes with it, the daemon in one namespace.
final class OpenVSwitch {
  /// No flow is ever cached, so that every frame is treated as the configuration of the moment says.
  private static let withoutCache = ["--", "set", "Open_vSwitch", ".", "other_config:flow-limit=0"]

  let namespace: NetworkNamespace
  let control: ControlSocket
  /// Where the database listens, in the words of ovsdb(7).
  let database: String
  private let folder: String
  private let server: RunningCommand
  private let daemon: RunningCommand

  init(in namespace: NetworkNamespace) throws {
    self.namespace = namespace
    folder = try Command(["mktemp", "-d", "/run/mirrorctl-oracle.XXXXXX"]).succeed().trimmingNewline
    control = ControlSocket(path: folder + "/switch.ctl")
    try Command([
      "ovsdb-tool", "create", folder + "/db", "/usr/share/openvswitch/vswitch.ovsschema",
    ]).succeed()
    database = "unix:\(folder)/db.sock"
    server = try Command([
      "ovsdb-server", "--remote=p\(database)", "--unixctl=\(folder)/db.ctl", folder + "/db",
    ]).start()
    daemon = try Command(
      ["ovs-vswitchd", database, "--unixctl=\(folder)/switch.ctl"], environment: ["OVS_RUNDIR=\(folder)"],
      in: namespace
    ).start()
    let isReady = Command(["ovs-vsctl", "--db=\(database)", "--timeout=5", "--no-wait", "init"] + Self.withoutCache)
    try Deadline.after(.seconds(60)).wait(for: "the database of Open vSwitch") { try isReady.run().status == 0 }
  }

  deinit {
    _ = try? Command(["rm", "-r", folder]).run()
  }

  /// Runs one transaction of ovs-vsctl(8) and waits until the switch has taken it over.
  func configure(_ arguments: [String]) throws {
    try Command(["ovs-vsctl", "--db=\(database)", "--timeout=20"] + arguments).succeed()
  }

  /// Adds a flow to a bridge's OpenFlow table.
  func addFlow(_ bridge: String, _ flow: String) throws {
    try Command(["ovs-ofctl", "add-flow", "unix:\(folder)/\(bridge).mgmt", flow]).succeed()
  }
}

extension String {
  fileprivate var trimmingNewline: String { last == "\n" ? String(dropLast()) : self }
}
