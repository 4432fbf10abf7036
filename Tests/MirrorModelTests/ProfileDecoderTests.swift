import MirrorModel
import NetworkTypes
import Testing

@Suite("What profiles mean")
struct ProfileDecoderTests {
  private func mirror(_ flow: String) throws -> PortMirror {
    let mirrors = try ProfileText.decode(ProfileText.mirror(flow)).get().mirrors
    return try #require(mirrors.first)
  }

  @Test("A mirror needs a name and an output; the rest has defaults")
  func defaults() throws {
    let mirror = try mirror("{name: m0, output_port: tap3}")
    #expect(mirror == PortMirror(name: "m0", output: .ports(["tap3"])))
    #expect(mirror.administrativeState == .enabled)
    #expect(mirror.view == .wire)
    #expect(mirror.offload == .auto)
    #expect(mirror.cyclePolicy == .refuse)
  }

  @Test("Every key arrives")
  func full() throws {
    let profile = try ProfileText.decode(ProfileText.full).get()
    #expect(profile.mirrors.map(\.name) == ["m0", "m1", "m2", "m3", "m4", "m5", "m6"])
    #expect(profile.bridges == [BridgeSettings(name: "br1", floodVLANs: [111, 200, 201, 202])])

    var first = PortMirror(name: "m0", output: .ports(["tap3", "tap4"]))
    first.bridge = "br0"
    first.selection.scope = .ports(
      source: [PortPattern("tap1"), PortPattern("vnet*")], destination: [PortPattern("tap1")])
    first.selection.vlans = VLANSet([10] + Array(20...29))
    first.selection.filter = "tcp port 443"
    first.view = .switch
    first.snaplen = 128
    first.sample = Sample(oneIn: 100, choice: .random)
    first.rate = RateLimit(bitsPerSecond: 200_000_000, burstBytes: 262_144)
    first.offload = .off
    first.hook = .tcx
    #expect(profile.mirrors[0] == first)

    var vlan = VLANOutput(id: 111, ports: [PortPattern("p0"), PortPattern("p[1-3]")])
    vlan.innerTag = .kept
    vlan.ingressPort = .included
    var second = PortMirror(name: "m1", output: .vlan(vlan))
    second.administrativeState = .disabled
    second.normalization = .wireFrames
    second.offload = .require
    second.hook = .clsact
    second.order = .last
    second.sample = Sample(oneIn: 100)
    second.rate = RateLimit(bitsPerSecond: 1_000_000_000)
    second.cyclePolicy = .allow
    #expect(profile.mirrors[1] == second)
  }

  @Test("Every field of a tunnel arrives")
  func tunnels() throws {
    let mirrors = try ProfileText.decode(ProfileText.full).get().mirrors
    let collector = IPAddress.v4([10, 95, 30, 43])
    var typeIII = ERSPAN(version: 2)
    (typeIII.sessionID, typeIII.direction, typeIII.hardwareID) = (7, .egress, 63)
    var tunnel = TunnelOutput(encapsulation: .erspan(typeIII), remote: collector)
    (tunnel.local, tunnel.device, tunnel.ttl, tunnel.tos) = (.v4([10, 0, 2, 15]), "eth0", 32, 184)
    #expect(mirrors[2].output == .tunnel(tunnel))

    var typeII = ERSPAN(version: 1)
    (typeII.sessionID, typeII.index) = (1023, 1_048_575)
    let remote = try #require(IPAddress("2001:db8::1"))
    #expect(mirrors[3].output == .tunnel(TunnelOutput(encapsulation: .erspan(typeII), remote: remote)))

    var gre = TunnelOutput(encapsulation: .gretap(key: 4369), remote: collector)
    gre.tos = 4
    #expect(mirrors[4].output == .tunnel(gre))
    let vxlan = TunnelOutput(encapsulation: .vxlan(vni: 0xff_ffff, port: 4790), remote: collector)
    #expect(mirrors[5].output == .tunnel(vxlan))
    let geneve = TunnelOutput(encapsulation: .geneve(vni: 0, port: nil), remote: collector)
    #expect(mirrors[6].output == .tunnel(geneve))
  }

  @Test("A profile without mirrors and bridges is a profile", arguments: ["version: 1", "{\"version\": 0x1}"])
  func nothing(text: String) throws {
    #expect(try ProfileText.decode(text).get() == Profile(name: "lab"))
  }

  @Test("The profile is named after its file unless it names itself")
  func names() throws {
    #expect(try ProfileText.decode("version: 1", defaultName: "a.b-c").get().name == "a.b-c")
    #expect(try ProfileText.decode("{version: 1, profile: x}", defaultName: "no name").get().name == "x")
    let error = #expect(throws: ProfileError.self) {
      try ProfileText.decode("version: 1", defaultName: "no name").get()
    }
    #expect(
      error?.description
        == "lab.yaml:1:1: 'profile' is missing, and the file's name 'no name' cannot stand for it; "
        + "expected 1..32 letters, digits, '_', '.' or '-', a letter or digit first")
  }

  @Test("VLANs and ranges make one set, and an empty list selects every VLAN")
  func vlans() throws {
    let listed = try mirror("{name: m, output_port: x, select_vlan: [0, 0xa, 20-22, \"21-23\", 4094]}")
    #expect(listed.selection.vlans == VLANSet([0, 10, 20, 21, 22, 23, 4094]))
    #expect(try mirror("{name: m, output_port: x, select_vlan: 7}").selection.vlans == VLANSet([7]))
    #expect(try mirror("{name: m, output_port: x, select_vlan: []}").selection.vlans == nil)
  }

  @Test("No port selects nothing, which is no error")
  func emptyPorts() throws {
    let mirror = try mirror("{name: m, output_port: x, select_src_port: [], select_dst_port: []}")
    #expect(mirror.selection.scope == .ports(source: [], destination: []))
  }

  @Test(
    "Rates count in thousands of bits",
    arguments: [
      ("8", 8), ("8bit", 8), ("0x400", 1024), ("3kbit", 3000), ("\"2mbit\"", 2_000_000), ("1gbit", 1_000_000_000),
    ])
  func rates(text: String, bitsPerSecond: Int) throws {
    #expect(try mirror("{name: m, output_port: x, rate: \(text)}").rate == RateLimit(bitsPerSecond: bitsPerSecond))
  }

  @Test("Sizes count in multiples of 1024 bytes", arguments: [("1", 1), ("2kb", 2048), ("3mb", 3_145_728)])
  func sizes(text: String, bytes: Int) throws {
    let rate = try mirror("{name: m, output_port: x, rate: {rate: 1mbit, burst: \(text)}}").rate
    #expect(rate == RateLimit(bitsPerSecond: 1_000_000, burstBytes: bytes))
  }

  @Test("Names that look like other things are names", arguments: ["10", "true", "off", "0x1", "\"null\""])
  func peculiarNames(name: String) throws {
    let output = try mirror("{name: m, output_port: \(name)}").output
    #expect(output == .ports([name.filter { $0 != "\"" }]))
  }

  @Test("ERSPAN is version 1 unless the profile says otherwise, and version 0 has no fields")
  func erspanVersions() throws {
    for (fields, version) in [("", UInt8(1)), (", version: 0", 0), (", version: 2", 2)] {
      let mirror = try mirror("{name: m, output_tunnel: {type: erspan, remote: 10.0.0.1\(fields)}}")
      let expected = TunnelOutput(encapsulation: .erspan(ERSPAN(version: version)), remote: .v4([10, 0, 0, 1]))
      #expect(mirror.output == .tunnel(expected))
    }
  }

  @Test("A port of 127 bytes is an alternative name")
  func alternativeNames() throws {
    let name = String(repeating: "x", count: 127)
    #expect(try mirror("{name: m, output_port: \(name)}").output == .ports([name]))
  }
}
