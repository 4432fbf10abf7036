import MirrorCompiler
import TestSupport
import Testing

@testable import MirrorController

@Suite("Metrics")
struct MetricsTextTests {
  private static let second = "{name: span, select_src_port: eth0, output_port: eth1}"
  private static let hostile = "\"a\\b\"\n{x=\"y\"} 1 # TYPE \u{e9}\u{2028}\r\\n"

  /// Two mirrors, the first with counters.
  private func mirrors() throws -> [Status.Mirror] {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span), try Lab.profile(Self.second, name: "other")]))
    var mirrors = try lab.controller.status().mirrors
    mirrors[0].counters.copiedPackets = 12
    mirrors[0].counters.copiedBytes = .max
    mirrors[0].counters.dropped = 3
    return mirrors
  }

  private func labels(_ more: [String: String] = [:], mirror: String = "span", profile: String = "lab") -> [String:
    String]
  {
    more.merging(["mirror": mirror, "profile": profile]) { one, _ in one }
  }

  @Test("Nothing to measure is an empty document")
  func empty() {
    #expect(MetricsText(mirrors: [], figures: nil).text.isEmpty)
  }

  @Test("Each mirror has its series, also where profiles have mirrors of one name")
  func mirrorSeries() throws {
    let document = try ExpositionDocument(MetricsText(mirrors: try mirrors(), figures: nil).text)
    #expect(document["mirrorctl_mirror_up", labels()] == 1)
    #expect(document["mirrorctl_mirror_up", labels(profile: "other")] == 1)
    #expect(document["mirrorctl_mirror_state", labels(["state": "active"])] == 1)
    #expect(document["mirrorctl_mirror_state", labels(["state": "degraded"])] == 0)
    #expect(document["mirrorctl_mirror_info", labels(["bridge": "br0", "output": "port"])] == 1)
    #expect(document["mirrorctl_mirror_copied_packets_total", labels()] == 12)
    #expect(document["mirrorctl_mirror_dropped_packets_total", labels()] == 3)
    let bytes = ExpositionDocument.Series(name: "mirrorctl_mirror_copied_bytes_total", labels: labels())
    #expect(document.samples[bytes] == "18446744073709551615")
    #expect(document["mirrorctl_mirror_sources", labels(["state": "configured"])] == 3)
    #expect(document["mirrorctl_mirror_outputs", labels(["state": "operational"])] == 1)
    #expect(document["mirrorctl_mirror_filters", labels(["state": "in_hardware"])] == 0)
    #expect(document.labels(of: "mirrorctl_mirror_degraded_reason").isEmpty)
    #expect(document.labels(of: "mirrorctl_reconciles_total").isEmpty)
  }

  @Test("A disabled mirror is not up, and its reasons are none")
  func disabled() throws {
    var mirrors = try mirrors()
    mirrors[0].report.mirror.administrativeState = .disabled
    mirrors[0].report.reasons = ["tap9 does not exist"]
    let document = try ExpositionDocument(MetricsText(mirrors: mirrors, figures: nil).text)
    #expect(document["mirrorctl_mirror_up", labels()] == 0)
    #expect(document["mirrorctl_mirror_enabled", labels()] == 0)
    #expect(document["mirrorctl_mirror_enabled", labels(profile: "other")] == 1)
    #expect(document["mirrorctl_mirror_degraded_reasons", labels()] == 0)
  }

  @Test("Whatever text a reason has, it comes back as it was, and breaks nothing")
  func escaping() throws {
    var mirrors = try mirrors()
    mirrors[0].report.reasons = [Self.hostile, "plain"]
    let document = try ExpositionDocument(MetricsText(mirrors: mirrors, figures: nil).text)
    #expect(document["mirrorctl_mirror_degraded_reason", labels(["reason": Self.hostile])] == 1)
    #expect(document["mirrorctl_mirror_degraded_reason", labels(["reason": "plain"])] == 1)
    #expect(document["mirrorctl_mirror_up", labels()] == 0)
  }

  @Test("Many and long reasons make few and short series, none of them twice; all are counted")
  func manyReasons() throws {
    var mirrors = try mirrors()
    let long = String(repeating: "x", count: 5000)
    mirrors[0].report.reasons = [long + "1", long + "2"] + (0..<500).map { "tap\($0) does not exist" }
    let document = try ExpositionDocument(MetricsText(mirrors: mirrors, figures: nil).text)
    let reasons = document.labels(of: "mirrorctl_mirror_degraded_reason").compactMap { $0["reason"] }
    #expect(reasons.count == MirrorMetrics.reasonLimit - 1, "two of the ten are one when shortened")
    #expect(reasons.allSatisfy { $0.count <= MirrorMetrics.reasonLength })
    #expect(document["mirrorctl_mirror_degraded_reasons", labels()] == 502)
  }

  @Test("What the service counts is there")
  func service() throws {
    var figures = ServiceFigures(version: "1.2 \"x\"", processID: 77, startedAt: 1_700_000_000.5)
    figures.reconciles = 9
    figures.repairs = 2
    figures.failures = 1
    figures.eventsLost = 4
    figures.profileFiles = .init(
      loaded: 3, refused: [.init(file: "/etc/a\\b.yaml", message: "no"), .init(file: "c", message: "")])
    let fresh = try ExpositionDocument(MetricsText(mirrors: [], figures: figures).text)
    #expect(fresh.labels(of: "mirrorctl_reconcile_last_duration_seconds").isEmpty)
    #expect(fresh.labels(of: "mirrorctl_reconcile_last_success_timestamp_seconds").isEmpty)
    figures.addReconcile(seconds: 0.25)
    figures.addReconcile(seconds: 0.0000125)
    figures.lastSuccessAt = 1_700_000_060
    let document = try ExpositionDocument(MetricsText(mirrors: try mirrors(), figures: figures).text)
    #expect(document["mirrorctl_service_info", ["version": "1.2 \"x\""]] == 1)
    #expect(document["mirrorctl_service_start_time_seconds", [:]] == 1_700_000_000.5)
    #expect(document["mirrorctl_reconciles_total", [:]] == 9)
    #expect(document["mirrorctl_reconcile_repairs_total", [:]] == 2)
    #expect(document["mirrorctl_reconcile_failures_total", [:]] == 1)
    #expect(document["mirrorctl_service_events_lost_total", [:]] == 4)
    #expect(document.types["mirrorctl_reconcile_duration_seconds"] == "summary")
    #expect(document["mirrorctl_reconcile_duration_seconds_sum", [:]] == 0.2500125)
    #expect(document["mirrorctl_reconcile_duration_seconds_count", [:]] == 2)
    #expect(document["mirrorctl_reconcile_last_duration_seconds", [:]] == 0.0000125)
    #expect(document["mirrorctl_reconcile_last_success_timestamp_seconds", [:]] == 1_700_000_060)
    #expect(document["mirrorctl_profile_files", ["state": "loaded"]] == 3)
    #expect(document["mirrorctl_profile_files", ["state": "refused"]] == 2)
    #expect(document["mirrorctl_profile_file_refused", ["file": "/etc/a\\b.yaml"]] == 1)
  }

  @Test("Numbers that are none have the words of the format; a help text stays on its line")
  func values() throws {
    var family = MetricFamily("x", .gauge, "a\\b\nc \"d\"")
    for (index, value) in [Double.nan, .infinity, -.infinity, 1e300, -0.5].enumerated() {
      family.add(.number(value), [("n", "\(index)")])
    }
    let document = try ExpositionDocument(family.text)
    let texts = (0..<5).compactMap { document.samples[.init(name: "x", labels: ["n": "\($0)"])] }
    #expect(texts == ["NaN", "+Inf", "-Inf", "1e+300", "-0.5"])
    #expect(document.helps["x"] == "a\\b\nc \"d\"")
  }

  @Test(
    "The tests' reader refuses what is none",
    arguments: [
      "x 1\n", "# HELP x a\n# TYPE x gauge\nx 1", "# HELP x a\n# TYPE x gauge\nx 1\nx 2\n",
      "# HELP x a\n# TYPE x gauge\ny 1\n",
      "# HELP x a\n# TYPE x counter\nx 1\n", "# HELP x a\n# TYPE x gauge\nx{a=\"\n\"} 1\n",
      "# HELP x a\n# TYPE x gauge\nx{a=\"b\",a=\"c\"} 1\n", "# HELP x a\n# TYPE x gauge\nx{a=\"\\t\"} 1\n",
      "# HELP x a\n# TYPE x gauge\nx one\n", "# HELP x a\n# TYPE x gauge\n", "# HELP x a\n# TYPE x gauge\nx 1\n\n",
      "# HELP x a\n# TYPE x gauge\nx 1\n# HELP x a\n# TYPE x gauge\nx{a=\"b\"} 1\n",
    ])
  func strictness(text: String) {
    #expect(throws: ExpositionDocument.Malformed.self) { try ExpositionDocument(text) }
  }
}
