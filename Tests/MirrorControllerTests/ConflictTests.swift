import MirrorController
import MirrorModel
import Testing

@Suite("Profiles at odds with each other")
struct ConflictTests {
  static let pairs = [
    (
      "S31: a cycle", "{name: m, select_dst_port: eth0, output_port: eth1}",
      "{name: m, select_dst_port: eth1, output_port: eth0}"
    ),
    (
      "one VLAN in two ways", "{name: m, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, ports: tap2}}",
      "{name: m, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, ports: [tap2, tap3]}}"
    ),
    (
      "one tunnel with two settings",
      "{name: m, select_src_port: eth0, output_tunnel: {type: gretap, remote: 10.0.0.1}}",
      "{name: m, select_src_port: tap1, output_tunnel: {type: gretap, remote: 10.0.0.1, ttl: 9}}"
    ),
  ]

  @Test("The one that is new is left out, and the finding says who the other is", arguments: pairs)
  func both(name: String, first: String, second: String) throws {
    let lab = Lab()
    let old = KeptFile(name: "z.yaml", profile: try Lab.profile(first, name: "old"))
    let new = KeptFile(name: "a.yaml", profile: try Lab.profile(second, name: "new"))
    var holds = Holds()
    _ = lab.controller.reconcile([old], &holds, now: .zero)
    let result = lab.controller.reconcile([new, old], &holds, now: .zero)
    #expect(lab.installed == ["old": ["m"]], "\(name)")
    let findings = try #require(result.rejected["new"])
    #expect(Set(findings.flatMap { [$0.owner] + $0.others }.map(\.profile)) == ["new", "old"], "\(findings)")
    #expect(findings.contains { $0.message.contains("old/m") || $0.message.contains("new/m") }, "\(findings)")
    _ = lab.controller.reconcile([new], &holds, now: .zero)
    #expect(lab.installed == ["new": ["m"]], "\(name)")
  }
}
