import MirrorCompiler
import MirrorModel

/// The metrics of the mirrors themselves, told from the kernel alone.
struct MirrorMetrics {
  /// Series of ``reason`` that a mirror has at most: reasons are free text, and a mirror of many absent ports has many.
  static let reasonLimit = 10
  /// Characters of a reason in a label.
  static let reasonLength = 200

  private var info = MetricFamily("mirrorctl_mirror_info", .gauge, "What the mirror is: always 1.")
  private var up = MetricFamily("mirrorctl_mirror_up", .gauge, "1 if the mirror is active, 0 if degraded or disabled.")
  private var enabled = MetricFamily("mirrorctl_mirror_enabled", .gauge, "1 if the mirror is switched on.")
  private var state = MetricFamily("mirrorctl_mirror_state", .gauge, "1 for the state that the mirror is in.")
  private var reasons = MetricFamily(
    "mirrorctl_mirror_degraded_reasons", .gauge, "Number of reasons why the mirror is degraded.")
  private var reason = MetricFamily(
    "mirrorctl_mirror_degraded_reason", .gauge, "1 for each of the first reasons why the mirror is degraded.")
  private var sources = MetricFamily(
    "mirrorctl_mirror_sources", .gauge, "Sides of ports that are mirrored: those configured, and those that work.")
  private var outputs = MetricFamily(
    "mirrorctl_mirror_outputs", .gauge, "Outputs of the mirror: those configured, and those that work.")
  private var filters = MetricFamily(
    "mirrorctl_mirror_filters", .gauge, "Filters of the mirror at ports: those installed, and those that hardware runs."
  )
  private var packets = MetricFamily(
    "mirrorctl_mirror_copied_packets_total", .counter, "Copies made, those included that were dropped.")
  private var bytes = MetricFamily(
    "mirrorctl_mirror_copied_bytes_total", .counter, "Bytes of the copies made, those included that were dropped.")
  private var dropped = MetricFamily(
    "mirrorctl_mirror_dropped_packets_total", .counter, "Copies that could not be delivered.")

  init(_ mirrors: [Status.Mirror]) {
    for mirror in mirrors { add(mirror) }
  }

  var families: [MetricFamily] {
    [info, up, enabled, state, reasons, reason, sources, outputs, filters, packets, bytes, dropped]
  }

  private mutating func add(_ mirror: Status.Mirror) {
    let report = mirror.report
    let labels = [(name: "profile", value: report.owner.profile), (name: "mirror", value: report.name)]
    func with(_ name: String, _ value: String) -> [(name: String, value: String)] { labels + [(name, value)] }
    info.add(true, labels + [("bridge", report.mirror.bridge ?? ""), ("output", report.mirror.output.word)])
    up.add(report.state == .active, labels)
    enabled.add(report.mirror.administrativeState == .enabled, labels)
    for each in [MirrorReport.State.active, .degraded, .disabled] {
      state.add(report.state == each, with("state", each.rawValue))
    }
    let isDegraded = report.state == .degraded
    reasons.add(isDegraded ? report.reasons.count : 0, labels)
    for text in isDegraded ? report.reasons.prefix(Self.reasonLimit) : [] {
      reason.add(true, with("reason", String(text.prefix(Self.reasonLength))))
    }
    sources.add(report.configuredSources, with("state", "configured"))
    sources.add(report.sources.count(where: \.isOperational), with("state", "operational"))
    outputs.add(report.outputs.count, with("state", "configured"))
    outputs.add(report.outputs.count(where: \.isOperational), with("state", "operational"))
    filters.add(mirror.hardware.filters, with("state", "installed"))
    filters.add(mirror.hardware.inHardware, with("state", "in_hardware"))
    packets.add(mirror.counters.copiedPackets, labels)
    bytes.add(mirror.counters.copiedBytes, labels)
    dropped.add(mirror.counters.dropped, labels)
  }
}

extension Output {
  fileprivate var word: String {
    switch self {
    case .ports: "port"
    case .vlan: "vlan"
    case .tunnel: "tunnel"
    }
  }
}
