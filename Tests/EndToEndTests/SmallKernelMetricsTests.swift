import Glibc
import Netlink
import TestSupport
import Testing

/// `mirrorctl metrics`, read by a strict reader of the format.
@Suite("metrics", .oneKernel)
struct SmallKernelMetricsTests {
  private func metrics(_ mirrorctl: MirrorCommand) throws -> ExpositionDocument {
    let output = try mirrorctl.run("metrics")
    try #require(output.status == 0, "\(output)")
    #expect(output.errorText.isEmpty, "\(output)")
    return try ExpositionDocument(output.text)
  }

  private func labels(_ mirror: String, profile: String = "lab", _ more: [String: String] = [:]) -> [String: String] {
    ["mirror": mirror, "profile": profile].merging(more) { one, _ in one }
  }

  @Test("S32: counters are what was sent; profiles with mirrors of one name are apart")
  func counters() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let analyser = try lab.addWire("mon0")
      #expect(try mirrorctl.run("metrics").text.isEmpty)
      try mirrorctl.apply(profile("{name: m, bridge: br0, select_src_port: tap1, output_port: tap3}"))
      try mirrorctl.apply(
        "version: 1\nprofile: other\nmirrors: [{name: m, bridge: br0, select_dst_port: tap1, output_port: mon0}]\n")
      let frames = [60, 333, 1514].map { ShapingLab.frame($0) }
      for frame in frames { try lab.send(frame, from: 1) }
      _ = try lab.capture(at: 3).drain()
      _ = try lab.capture(wire: "mon0", to: analyser).drain()
      let document = try metrics(mirrorctl)
      #expect(document["mirrorctl_mirror_copied_packets_total", labels("m")] == 3)
      #expect(document["mirrorctl_mirror_copied_bytes_total", labels("m")] == 1907)
      #expect(document["mirrorctl_mirror_dropped_packets_total", labels("m")] == 0)
      #expect(document["mirrorctl_mirror_up", labels("m")] == 1)
      #expect(document["mirrorctl_mirror_copied_packets_total", labels("m", profile: "other")] == 0)
      #expect(document["mirrorctl_mirror_info", labels("m", ["bridge": "br0", "output": "port"])] == 1)
      #expect(document["mirrorctl_mirror_sources", labels("m", ["state": "operational"])] == 1)
    }
  }

  @Test("Degraded: the reason, and dropped copies among those copied; then disabled")
  func degraded() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      _ = try lab.addWire("mon0")
      try mirrorctl.apply(profile("{name: m, bridge: br0, select_src_port: tap1, output_port: mon0}"))
      try lab.send(ShapingLab.frame(100), from: 1)
      _ = try lab.capture(at: 2).drain()
      try lab.sw.ip("link set dev mon0 down")
      try lab.send(ShapingLab.frame(1000), from: 1)
      _ = try lab.capture(at: 2).drain()
      let document = try metrics(mirrorctl)
      #expect(document["mirrorctl_mirror_up", labels("m")] == 0)
      #expect(document["mirrorctl_mirror_enabled", labels("m")] == 1)
      #expect(document["mirrorctl_mirror_state", labels("m", ["state": "degraded"])] == 1)
      #expect(document["mirrorctl_mirror_degraded_reasons", labels("m")] == 1)
      #expect(document["mirrorctl_mirror_degraded_reason", labels("m", ["reason": "output mon0 is down"])] == 1)
      #expect(document["mirrorctl_mirror_outputs", labels("m", ["state": "operational"])] == 0)
      #expect(document["mirrorctl_mirror_copied_packets_total", labels("m")] == 2)
      #expect(document["mirrorctl_mirror_copied_bytes_total", labels("m")] == 1100)
      #expect(document["mirrorctl_mirror_dropped_packets_total", labels("m")] == 1)
      #expect(try mirrorctl.run("disable", "m").status == 0)
      let disabled = try metrics(mirrorctl)
      #expect(disabled["mirrorctl_mirror_enabled", labels("m")] == 0)
      #expect(disabled["mirrorctl_mirror_state", labels("m", ["state": "disabled"])] == 1)
      #expect(disabled["mirrorctl_mirror_copied_packets_total", labels("m")] == 0, "counters begin again")
      #expect(disabled.labels(of: "mirrorctl_mirror_degraded_reason").isEmpty)
    }
  }

  @Test("Characters of interface names that the format has a use for")
  func specialCharacters() throws {
    try withSwitchLab(hosts: 2) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.applyWithWarnings(
        profile(#"{name: m, bridge: br0, select_src_port: tap1, output_port: 'a"b\c{}='}"#))
      let reasons = try metrics(mirrorctl).labels(of: "mirrorctl_mirror_degraded_reason").compactMap { $0["reason"] }
      #expect(reasons.contains { $0.contains(#"a"b\c{}="#) }, "\(reasons)")
    }
  }

  @Test("Where the kernel cannot be read nothing is printed")
  func unreadable() throws {
    try withSwitchLab(hosts: 1) { lab in
      let output = try MirrorCommand(in: lab.sw).run("metrics", "--netns", "there-is-none")
      #expect(output.status == 1 && output.text.isEmpty && !output.errorText.isEmpty, "\(output)")
    }
  }

  /// Puts a file where the service of a namespace would, which runs as far as anybody can tell, and takes it away again.
  private func withFigures(_ text: String, of namespace: NetworkNamespace, _ body: () throws -> Void) throws {
    let lock = try namespace.enter { try ServiceLock(keeping: "/nowhere") }
    try withAbandonedFigures(text, of: namespace, body)
    withExtendedLifetime(lock) {}
  }

  /// Puts a file where a service of a namespace that was killed has left it.
  private func withAbandonedFigures(_ text: String, of namespace: NetworkNamespace, _ body: () throws -> Void) throws {
    let inode = try Command(["stat", "-Lc", "%i", "/run/netns/\(namespace)"]).succeed().filter(\.isNumber)
    let path = "/run/mirrorctl/\(inode).json"
    try Command(["sh", "-c", "mkdir -p /run/mirrorctl && cat > \(path)"], input: text).succeed()
    defer { _ = unsafe unlink(path) }
    try body()
  }

  private static let figures = """
    {"version": "0.1.0", "process_id": 42, "started_at": 1700000000.25, "looks": 7, "events_lost": 1, "reconciles": 6,
     "repairs": 2, "failures": 1, "last_reconcile_seconds": 0.5, "reconcile_seconds_sum": 1.5,
     "reconcile_seconds_count": 6, "last_success_at": 1700000001,
     "profile_files": {"loaded": 2, "refused": [{"file": "/etc/mirrorctl/profiles.d/a\\"b.yaml", "message": "x\\ny"}]}}
    """

  @Test("What the service of this namespace counts is added")
  func service() throws {
    try withSwitchLab(hosts: 2) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try withFigures(Self.figures, of: lab.sw) {
        let document = try metrics(mirrorctl)
        #expect(document["mirrorctl_service_info", ["version": "0.1.0"]] == 1)
        #expect(document["mirrorctl_reconcile_repairs_total", [:]] == 2)
        #expect(document["mirrorctl_reconcile_duration_seconds_sum", [:]] == 1.5)
        #expect(document["mirrorctl_profile_file_refused", ["file": "/etc/mirrorctl/profiles.d/a\"b.yaml"]] == 1)
        #expect(try mirrorctl.run("metrics", "--netns", lab.host(1).name).text.isEmpty, "another namespace")
      }
      #expect(try metrics(mirrorctl).samples.isEmpty)
      try withAbandonedFigures(Self.figures, of: lab.sw) {
        let samples = try metrics(mirrorctl).samples
        #expect(samples.isEmpty, "the service was killed")
      }
    }
  }

  @Test(
    "A file that is not the service's is left out, with a word about it",
    arguments: [
      "", "{", "[]", "{\"version\": 1}", figures.replacing("\"looks\": 7", with: "\"looks\": -7"),
      figures.replacing("0.5", with: "-0.5"), figures.replacing("0.5", with: "1e999"),
    ])
  func badFile(text: String) throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m, bridge: br0, select_src_port: tap1, output_port: tap3}"))
      try withFigures(text, of: lab.sw) {
        let output = try mirrorctl.run("metrics")
        #expect(output.status == 0 && output.errorText.contains(".json"), "\(output)")
        let document = try ExpositionDocument(output.text)
        #expect(document["mirrorctl_mirror_up", labels("m")] == 1)
        #expect(document.labels(of: "mirrorctl_service_info").isEmpty)
      }
    }
  }
}
