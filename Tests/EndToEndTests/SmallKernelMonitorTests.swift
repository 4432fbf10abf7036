import Glibc
import Testing

/// `mirrorctl monitor` in a namespace where things happen.
@Suite("monitor", .oneKernel)
struct SmallKernelMonitorTests {
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: [tap1, tap9], output_port: mon0}")

  private func awaited(_ what: String, _ monitor: RunningCommand, until isThere: (String) throws -> Bool) throws {
    do {
      try Deadline.after(.seconds(60)).wait(for: what) { try isThere(monitor.textSoFar) }
    } catch { throw SupportError("\(error); so far: \(monitor.textSoFar)") }
  }

  @Test("Outputs, ports, drift and mirrors, each told as it happens; nothing is changed")
  func events() throws {
    try withSwitchLab(hosts: 2) { lab in
      _ = try lab.addWire("mon0")
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.applyWithWarnings(Self.mirror)
      let monitor = try mirrorctl.command(["monitor"]).start()
      try awaited("the mirror", monitor) { $0.contains("Z lab/m0 present degraded: tap9 does not exist") }
      let before = try KernelDump(of: lab.sw)
      try lab.sw.ip("link set dev mon0 down")
      try awaited("the loss", monitor) { $0.contains("lab/m0 output-lost mon0") && $0.contains("output mon0 is down") }
      try lab.sw.ip("link set dev mon0 up")
      try awaited("the return", monitor) { $0.contains("lab/m0 output-back mon0") }
      try lab.sw.awaitForwarding()
      try before.expectUnchanged(in: lab.sw)
      try lab.sw.tc("qdisc del dev tap1 clsact")
      try awaited("drift", monitor) { $0.contains("lab/m0 drift-seen: ") && $0.contains("tap1") }
      try mirrorctl.applyWithWarnings(Self.mirror)
      try awaited("its repair", monitor) { $0.contains("lab/m0 drift-repaired") }
      try lab.sw.ip(
        "link add tap9 type veth peer name peer9", "link set dev tap9 master br0 up", "link set dev peer9 up")
      try awaited("a port", monitor) { $0.contains("lab/m0 source-joined tap9 source") }
      try lab.sw.ip("link del tap9")
      try awaited("no port", monitor) { $0.contains("lab/m0 source-left tap9 source") }
      try mirrorctl.clear()
      try awaited("the end", monitor) { $0.contains("lab/m0 removed") }
      try monitor.signal(SIGTERM)
      let output = try monitor.finish()
      #expect(output.status == 128 + SIGTERM && output.errorText.isEmpty, "\(output)")
      let form = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z lab\/m0 .+/
      #expect(try output.text.split(separator: "\n").allSatisfy { try form.wholeMatch(in: $0) != nil }, "\(output)")
    }
  }

  @Test("-o json: a document a line; one SIGINT ends it")
  func json() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}"))
      let monitor = try mirrorctl.command(["monitor", "-o", "json"]).start()
      try awaited("the mirror", monitor) { $0.contains("\"present\"") }
      try lab.sw.ip("link set dev tap3 down")
      try awaited("the loss", monitor) { $0.contains("\"output-lost\"") }
      try monitor.signal(SIGINT)
      let output = try monitor.finish()
      #expect(output.status == 128 + SIGINT, "\(output)")
      let documents = try output.text.split(separator: "\n").map { try JSONValue(text: String($0)) }
      #expect(documents.map { $0.text("event") } == ["present", "state", "output-lost"])
      #expect(documents.allSatisfy { $0.text("mirror") == "m0" && $0.text("profile") == "lab" && $0["time"] != nil })
      #expect(documents.last?.text("interface") == "tap3")
      #expect(documents[1].text("state") == "degraded" && documents[1]["reasons"]?.elements?.count == 1)
    }
  }
}
