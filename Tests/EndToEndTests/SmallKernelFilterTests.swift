import FoundationEssentials
import Testing

/// Filter expressions where there is neither a loopback interface nor privilege.
@Suite("Filters", .oneKernel)
struct SmallKernelFilterTests {
  /// Another user, who may find the program wherever it is and nothing more.
  private static let stranger = [
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all,+dac_read_search",
    "--ambient-caps=-all,+dac_read_search", "--bounding-set=-all,+dac_read_search",
  ]

  private func text(_ expression: String) -> String {
    profile("{name: m0, bridge: br0, select_src_port: tap1, filter: \"\(expression)\", output_port: tap2}")
  }

  @Test(
    "S6: as in every fresh namespace lo is down; and whoever only looks needs no privilege",
    arguments: ["tcp port 443", "vlan 10 and tcp", "ip and not vlan 10"])
  func loopbackDown(expression: String) throws {
    try withSwitchLab(hosts: 2) { lab in
      try lab.sw.ip("link set dev lo down")
      let mirrorctl = MirrorCommand(in: lab.sw)
      let text = text(expression)
      let applied = try mirrorctl.run("apply", "-f", "-", profile: text)
      #expect(applied.status == 0, "\(applied)")
      #expect(try mirrorctl.status("m0").state == "active")
      func look(_ arguments: String..., profile: String = "") throws -> CommandOutput {
        try Command(Self.stranger + [MirrorCommand.path] + arguments, input: profile, in: lab.sw).run()
      }
      let status = try look("status", "-o", "json")
      let report = try JSONDecoder().decode(MirrorStatus.Report.self, from: Data(status.text.utf8))
      #expect(report.mirrors.map(\.state) == ["active"], "\(status)")
      let metrics = try look("metrics")
      let up = metrics.text.split(separator: "\n").first { $0.hasPrefix("mirrorctl_mirror_up{") }
      #expect(up?.hasSuffix(" 1") == true, "\(metrics)")
      let same = try look("plan", "-f", "-", profile: text)
      #expect(same.status == 0, "\(same)")
      let other = try look("plan", "-f", "-", profile: self.text("udp and vlan 7"))
      #expect(other.status == 2 && other.errorText.isEmpty, "\(other)")
    }
  }
}
