import MirrorCompiler
import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("Kernels that have less")
struct FeatureTests {
  private static let remote = IPAddress.v4([10, 0, 0, 1])

  private static func host(without feature: Feature) -> HostSnapshot {
    var host = Hosts.bridge(["tap1", "tap2", "tap3"], awareness: .aware)
    Hosts.setVLANs("tap3", pvid: 111, untagged: [111], in: &host)
    for address in [remote, IPAddress("2001:db8::1")].compactMap(\.self) { host.addRoute(to: address, "eth0") }
    var tunnel = Interface(index: 60, name: "tun0")
    tunnel.hardwareType = 65534
    Hosts.add(tunnel, to: &host)
    host.features.remove(feature)
    return host
  }

  /// Each way to use every feature that has no stand-in: a mirror and the features that it cannot do without.
  static let needs: [(mirror: String, features: Set<Feature>)] = [
    ("{name: m0, bridge: br0, select_src_port: tap1, output_port: eth0}", []),
    ("{name: m0, bridge: br0, select_src_port: tap1, select_vlan: 5, output_port: eth0}", [.bpf]),
    (
      "{name: m0, bridge: br0, select_src_port: tap1, select_dst_port: [tap1, tap2], output_port: eth0}",
      [.flower, .gact]
    ),
    ("{name: m0, bridge: br0, select_src_port: tap1, output_vlan: 111}", [.dummy, .vlan, .gact, .matchall, .bpf]),
    (
      "{name: m0, bridge: br0, select_src_port: tap1, view: switch, output_port: tap3}",
      [.dummy, .vlan, .matchall, .bpf]
    ),
    (
      "{name: m0, bridge: br0, select_src_port: tap1, output_tunnel: {type: gretap, remote: 10.0.0.1}}",
      [.gretap, .bpf]
    ),
    (
      "{name: m0, bridge: br0, select_src_port: tap1, output_tunnel: {type: gretap, remote: \"2001:db8::1\"}}",
      [.ip6gretap, .bpf, .veth, .matchall]
    ),
    (
      "{name: m0, bridge: br0, select_src_port: tap1, output_port: eth0, sample: 5}",
      [.dummy, .matchall, .gactProbability]
    ),
    ("{name: m0, bridge: br0, select_src_port: tap1, output_port: eth0, rate: 1mbit}", [.dummy, .matchall, .police]),
    ("{name: m0, bridge: br0, select_src_port: tap1, output_port: eth0, snaplen: 96}", [.dummy, .matchall, .ebpf]),
    ("{name: m0, bridge: br0, select_src_port: tap1, output_port: eth0, normalize: true}", [.veth, .matchall]),
    ("{name: m0, bridge: br0, select_src_port: tap1, hook: tcx, output_port: tap3}", [.tcx]),
    ("{name: m0, select_src_port: tun0, output_port: eth0}", [.dummy, .matchall, .bpf, .vlan, .ethernetHeader]),
  ]

  @Test(
    "A mirror that needs what the kernel lacks is refused by name, with the feature and its build option",
    arguments: needs.indices)
  func missing(number: Int) throws {
    let (mirror, needed) = Self.needs[number]
    let profile = try ProfileText.profile(mirror)
    for feature in Feature.allCases where !Self.basics.contains(feature) {
      do {
        _ = try Convergence([profile], on: Self.host(without: feature))
        #expect(!needed.contains(feature), "\(mirror) without \(feature)")
      } catch let error as CompilationError {
        #expect(needed.contains(feature), "\(mirror) without \(feature): \(error.findings)")
        let finding = try #require(error.findings.first)
        #expect(finding.kind == .missingFeature(feature))
        #expect(finding.description.hasPrefix("mirror m0 (profile lab): "))
        #expect(finding.message.contains(feature.summary))
        #expect(finding.message.contains(feature.kernelOption))
      }
    }
  }

  static let basics: [Feature] = [.clsact, .mirred]

  @Test("A trial may load a module: what few mirrors need is asked for by those only", arguments: needs.indices)
  func asked(number: Int) throws {
    let (mirror, needed) = Self.needs[number]
    let asked = MirrorCompiler.features(for: [try ProfileText.profile(mirror)])
    #expect(asked.isSuperset(of: needed.union(Self.basics)))
    // Tunnels mark copies where the kernel has eBPF, and do without where it has none.
    let useful: Set<Feature> = mirror.contains("output_tunnel") ? [.ebpf] : []
    #expect(asked.intersection(Self.special) == needed.union(useful).intersection(Self.special))
  }

  static let special: Set<Feature> = [
    .gretap, .ip6gretap, .erspan, .ip6erspan, .vxlan, .geneve, .ebpf, .police, .gactProbability, .bridgeVLANFiltering,
    .tcx,
  ]

  @Test("What every mirror needs is asked for as well", arguments: [Feature.clsact, .mirred])
  func foundation(feature: Feature) throws {
    let profile = try ProfileText.profile(Self.needs[0].mirror)
    do {
      _ = try MirrorCompiler([profile], on: Self.host(without: feature)).compile()
      Issue.record("compiled without \(feature)")
    } catch { #expect(error.findings.map(\.kind) == [.missingFeature(feature)]) }
  }

  @Test("flood_vlans names its bridge")
  func floodVLANs() throws {
    let profile = try ProfileText.profile(bridges: ["{name: br0, flood_vlans: 111}"])
    for feature in [Feature.bpf, .gact, .vlan] {
      do {
        _ = try MirrorCompiler([profile], on: Self.host(without: feature)).compile()
        Issue.record("compiled without \(feature)")
      } catch {
        #expect(error.findings.map(\.description).first?.hasPrefix("bridge br0 (profile lab): ") == true)
        #expect(error.findings.map(\.kind) == [.missingFeature(feature)])
      }
    }
  }
}
