import MirrorController

/// One aligned line for each mirror.
struct StatusText {
  let lines: [String]

  init(_ mirrors: [Status.Mirror]) {
    guard !mirrors.isEmpty else {
      lines = []
      return
    }
    let header = ["NAME", "STATE", "SOURCES", "OUTPUTS", "TX_PACKETS", "TX_BYTES", "DROPPED", "IN_HW", "REASON"]
    let rows = [header] + mirrors.map(Self.row)
    let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    lines = rows.map { row in
      zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ").withoutPadding
    }
  }

  /// Operational against configured sources and outputs.
  private static func row(_ mirror: Status.Mirror) -> [String] {
    let report = mirror.report
    let sources = "\(report.sources.filter(\.isOperational).count)/\(report.configuredSources)"
    let hardware = "\(mirror.hardware.inHardware)/\(mirror.hardware.filters)"
    let outputs = "\(report.outputs.filter(\.isOperational).count)/\(report.outputs.count)"
    return [
      report.name, report.state.rawValue, sources, outputs, "\(mirror.counters.txPackets)",
      "\(mirror.counters.txBytes)", "\(mirror.counters.dropped)", hardware,
      (report.reasons + report.notes).joined(separator: "; "),
    ]
  }
}
