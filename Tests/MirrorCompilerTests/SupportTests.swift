import MirrorCompiler
import MirrorModel
import TestSupport
import Testing
import TrafficControl

@Suite("What cannot be done yet")
struct SupportTests {
  static let keys: [(key: String, flow: String)] = [
    ("offload: off", "offload: off"), ("offload: require", "offload: require"),
  ]

  @Test("A key that is not built yet is refused by its name, for disabled mirrors too", arguments: keys)
  func key(key: String, flow: String) throws {
    for enabled in [true, false] {
      try check(
        "{name: m0, bridge: br0, enabled: \(enabled), output_port: eth0, \(flow)}", ["\(key) is not supported yet"])
    }
  }

  @Test("What is built is not refused")
  func built() throws {
    let profile = try ProfileText.profile(
      "{name: m0, bridge: br0, select_all: true, select_vlan: 10, filter: tcp, output_port: eth0, normalize: false}",
      "{name: m1, bridge: br0, output_vlan: {id: 5, ports: x, keep_inner: true, reflect: true}, force: true}",
      "{name: m2, output_tunnel: {type: gretap, remote: 10.0.0.1, key: 1, ttl: 1, tos: 1}}",
      "{name: t0, output_tunnel: {type: erspan, remote: 10.0.0.1}}",
      "{name: t1, output_tunnel: {type: vxlan, remote: 10.0.0.1, vni: 1}}",
      "{name: t2, output_tunnel: {type: geneve, remote: 10.0.0.1, vni: 1}}",
      "{name: m3, bridge: br0, view: switch, output_port: tap1}",
      "{name: m4, bridge: br0, view: switch, output_vlan: 5}")
    #expect(Support.findings(in: profile).isEmpty)
  }

  private func check(_ mirror: String, _ expected: [String]) throws {
    let profile = try ProfileText.profile(mirror)
    let findings = Support.findings(in: profile)
    #expect(findings.map(\.message) == expected)
    #expect(findings.allSatisfy { $0.kind == .unsupportedYet && $0.description.hasPrefix("mirror m0 (profile lab): ") })
    do {
      _ = try MirrorCompiler([profile], on: Hosts.bridge()).compile()
      Issue.record("compiled: \(mirror)")
    } catch { #expect(error.findings == findings) }
  }
}
