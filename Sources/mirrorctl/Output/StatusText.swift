import MirrorController
import NetworkTypes

/// One aligned line for each mirror, then one for each bridge that a profile asks something of.
struct StatusText {
  let lines: [String]

  init(_ status: Status) {
    lines = Self.table(status.mirrors) + status.bridges.map(Self.line)
  }

  private static func table(_ mirrors: [Status.Mirror]) -> [String] {
    if mirrors.isEmpty { return [] }
    let header = ["NAME", "STATE", "SOURCES", "OUTPUTS", "TX_PACKETS", "TX_BYTES", "DROPPED", "IN_HW", "REASON"]
    let names = MirrorName.shortest(mirrors.map(\.report.owner))
    let rows = [header] + zip(names, mirrors).map { row($0, $1).map(\.printable) }
    let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ").withoutPadding
    }
  }

  /// Operational against configured sources and outputs.
  private static func row(_ name: String, _ mirror: Status.Mirror) -> [String] {
    let report = mirror.report
    let sources = "\(report.sources.filter(\.isOperational).count)/\(report.configuredSources)"
    let hardware = "\(mirror.hardware.inHardware)/\(mirror.hardware.filters)"
    let outputs = "\(report.outputs.filter(\.isOperational).count)/\(report.outputs.count)"
    return [
      name, report.state.rawValue, sources, outputs, "\(mirror.counters.txPackets)",
      "\(mirror.counters.txBytes)", "\(mirror.counters.dropped)", hardware,
      (report.reasons + report.notes).joined(separator: "; "),
    ]
  }

  private static func line(_ bridge: Status.Bridge) -> String {
    "profile \(bridge.profile): \(bridge.settings.name) floods VLANs \(VLANSet(bridge.settings.floodVLANs))"
  }
}
