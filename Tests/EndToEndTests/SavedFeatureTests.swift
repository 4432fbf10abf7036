import FoundationEssentials
import Testing

/// What a program has found out about the kernel, the next one believes: it makes no namespace to try it again.
@Suite("Saved features", .fullKernel)
struct SavedFeatureTests {
  private static let file = "/run/mirrorctl/features"

  @Test func afterAnApply() throws {
    try withSwitchLab(hosts: 2) { lab in
      defer { #expect(throws: Never.self) { try Command(["rm", "-f", Self.file]).succeed() } }
      try Command(["rm", "-f", Self.file]).succeed()
      let mirrorctl = MirrorCommand(in: lab.sw)
      let text = profile("{name: m0, bridge: br0, select_src_port: tap1, rate: 1mbit, output_port: tap2}")
      let applied = try mirrorctl.run("apply", "-f", "-", profile: text)
      #expect(applied.status == 0, "\(applied)")
      let saved = try Command(["cat", Self.file]).succeed()
      #expect(saved.contains("\npolice yes\n") && !saved.contains("geneve"), "\(saved)")
      try Command(["sed", "-i", "s/^police yes/police no/", Self.file]).succeed()
      let refused = try mirrorctl.run("plan", "-f", "-", profile: text)
      #expect(refused.status == 69 && refused.errorText.contains("CONFIG_NET_ACT_POLICE"), "\(refused)")
      #expect(try mirrorctl.run("probe").text.contains("action police                  yes"))
    }
  }
}
