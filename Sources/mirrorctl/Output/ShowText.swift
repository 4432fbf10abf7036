import MirrorCompiler
import MirrorController
import MirrorModel
import NetworkTypes

/// One mirror in full: columns as Open vSwitch names them, then the objects in the kernel.
struct ShowText {
  let lines: [String]

  /// - Parameter bridges: what profiles ask of them; those of the mirror's own profile are shown.
  init(_ mirror: Status.Mirror, bridges: [Status.Bridge]) {
    let report = mirror.report
    let flooding = bridges.filter { $0.profile == report.owner.profile }.map {
      "\($0.settings.name): \(VLANSet($0.settings.floodVLANs))"
    }
    var columns: [(String, String)] = [
      ("name", report.name), ("profile", report.owner.profile),
      ("kept by", mirror.keeper.file.map { "service, file \($0)" } ?? "command"),
      ("state", ([report.state.rawValue] + report.reasons + report.notes).joined(separator: "; ")),
      ("bridge", report.mirror.bridge ?? "[]"),
    ]
    columns += Self.selection(report.mirror.selection)
    columns.append(("view", report.mirror.view.rawValue))
    columns += Self.output(report.mirror.output)
    if !flooding.isEmpty { columns.append(("flood_vlans", "\(Self.list(flooding)) (of the profile)")) }
    columns += [
      (
        "sources",
        Self.list(
          report.sources.map { "\($0.interface) \($0.side.rawValue)\($0.isOperational ? "" : " (down)")" }
            + report.missingSources.map { "\($0.interface) \($0.side.rawValue) (missing)" })
      ),
      ("outputs", Self.list(report.outputs.map { "\($0.interface)\($0.isOperational ? "" : " (not operational)")" })),
      (
        "statistics",
        "{dropped=\(mirror.counters.dropped), tx_bytes=\(mirror.counters.txBytes), tx_packets=\(mirror.counters.txPackets)}"
      ),
      (
        "offload",
        "\(report.mirror.offload.rawValue), \(mirror.hardware.inHardware) of \(mirror.hardware.filters) filters in hardware"
      ),
      ("hook", report.mirror.hook.rawValue),
      ("order", report.mirror.order.rawValue),
    ]
    lines =
      columns.map { "\($0.0.padded(to: 16)): \($0.1)" } + ["kernel objects  :"]
      + mirror.objects.map { "  \($0.brief)" }
  }

  private static func selection(_ selection: Selection) -> [(String, String)] {
    let vlans = ("select_vlan", "[\(selection.vlans.map { "\($0)" } ?? "")]")
    switch selection.scope {
    case .everyPort:
      return [("select_all", "true"), ("select_src_port", "[]"), ("select_dst_port", "[]"), vlans]
    case .ports(let source, let destination):
      return [
        ("select_all", "false"), ("select_src_port", list(source.map(\.text))),
        ("select_dst_port", list(destination.map(\.text))), vlans,
      ]
    }
  }

  private static func output(_ output: Output) -> [(String, String)] {
    switch output {
    case .ports(let names): [("output_port", list(names))]
    case .vlan(let vlan): [("output_vlan", "\(vlan.id)")]
    case .tunnel(let tunnel): [("output_tunnel", "\(tunnel.encapsulation.word) to \(tunnel.remote)")]
    }
  }

  private static func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }
}

extension TunnelOutput.Encapsulation {
  /// As the profile names the type.
  fileprivate var word: String {
    switch self {
    case .gretap(let key): "gretap" + (key.map { " key 0x\(String($0, radix: 16))" } ?? "")
    case .erspan(let erspan): "erspan version \(erspan.version)" + (erspan.sessionID.map { " session \($0)" } ?? "")
    case .vxlan(let vni, _): "vxlan vni \(vni)"
    case .geneve(let vni, _): "geneve vni \(vni)"
    }
  }
}
