import MirrorCompiler
import MirrorController
import MirrorModel
import Netlink
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

/// A controller over a kernel in memory, with a bridge of three ports and two interfaces beside it.
struct Lab {
  let kernel: FakeKernel
  let controller: MirrorController<FakeKernel>

  init(_ change: (inout HostSnapshot) -> Void = { _ in }) {
    var host = Hosts.bridge()
    Hosts.add(Interface(index: 90, name: "eth1"), to: &host)
    change(&host)
    kernel = FakeKernel(host)
    kernel.routeTable[RouteQuestion(.v4([10, 0, 0, 1]))] = "eth0"
    controller = MirrorController(kernel: kernel, parse: Self.parse)
  }

  /// Records are profiles in the format that users write.
  static let parse: RecordParser = { text in
    guard let document = try? YAMLParser.parse(Array(text.utf8), file: "record") else { return nil }
    return try? ProfileDecoder.decode(document, file: "record", defaultName: "").get()
  }

  static func profile(_ mirrors: String..., bridges: String = "", name: String = "lab") throws -> Profile {
    try profile(mirrors: mirrors, bridges: bridges, name: name)
  }

  static func profile(mirrors: [String], bridges: String = "", name: String = "lab") throws -> Profile {
    let text = "{version: 1, profile: \(name), mirrors: [\(mirrors.joined(separator: ", "))], bridges: [\(bridges)]}"
    let document = try YAMLParser.parse(Array(text.utf8), file: "lab.yaml")
    return try ProfileDecoder.decode(document, file: "lab.yaml", defaultName: "lab").get()
  }

  static let span = "{name: span, bridge: br0, select_src_port: tap1, select_dst_port: [tap1, tap2], output_port: tap3}"
  static func span(_ hook: HookKind) -> String {
    "{name: span, bridge: br0, select_src_port: tap1, select_dst_port: [tap1, tap2], hook: \(hook.rawValue), output_port: tap3}"
  }
  static let remote = "{name: remote, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, ports: tap2}}"
  static let tunnel = "{name: far, select_src_port: eth0, output_tunnel: {type: gretap, remote: 10.0.0.1}}"

  /// Everything that a user could see of the kernel but counters and indexes.
  var picture: Picture {
    var snapshot = noting(HostSnapshot()) { try kernel.snapshot() }
    // With what is in programs, of which a look shows only the hash.
    snapshot.own.programs = kernel.host.own.programs
    return Picture(
      own: snapshot.own,
      qdiscs: snapshot.interfaces.mapValues(\.classifierQdisc),
      flags: snapshot.interfaces.compactMapValues { $0.bridgePort?.flags })
  }

  struct Picture: Equatable {
    var own: KernelState
    var qdiscs: [String: Interface.ClassifierQdisc]
    var flags: [String: BridgePortFlags]
  }

  /// The names of what is installed, by profile.
  var installed: [String: [String]] {
    let profiles = noting([]) { try controller.observe().profiles }
    return Dictionary(uniqueKeysWithValues: profiles.map { ($0.name, $0.mirrors.map(\.name)) })
  }

  /// What a function returns; where it throws, the test has failed.
  private func noting<Value>(_ other: Value, _ body: () throws -> Value) -> Value {
    do { return try body() } catch {
      Issue.record(error)
      return other
    }
  }
}
