import MirrorModel
import NetworkTypes
import Testing

@Suite("The three labs as profiles")
struct LabProfileTests {
  private func ports(source: [String] = [], destination: [String] = []) -> Selection {
    var selection = Selection()
    selection.scope = .ports(source: source.map(PortPattern.init), destination: destination.map(PortPattern.init))
    return selection
  }

  @Test("SPAN: the frames that leave by tap1 go to tap3")
  func span() throws {
    let text = "{version: 1, mirrors: [{name: m0, bridge: br0, select_dst_port: tap1, output_port: tap3}]}"
    var mirror = PortMirror(name: "m0", output: .ports(["tap3"]))
    mirror.bridge = "br0"
    mirror.selection = ports(destination: ["tap1"])
    #expect(try ProfileText.decode(text).get() == Profile(name: "lab", mirrors: [mirror]))
  }

  @Test("RSPAN: VLAN 111 carries the copies from br0 to br1")
  func rspan() throws {
    let text = """
      version: 1
      profile: rspan
      mirrors:
        - {name: m1, bridge: br0, select_src_port: tap1, output_vlan: 111}
        - {name: m2, bridge: br1, select_all: true, select_vlan: 111, output_port: tap4}
      bridges: [{name: br0, flood_vlans: [111]}, {name: br1, flood_vlans: [111]}]
      """
    var first = PortMirror(name: "m1", output: .vlan(VLANOutput(id: 111)))
    first.bridge = "br0"
    first.selection = ports(source: ["tap1"])
    var second = PortMirror(name: "m2", output: .ports(["tap4"]))
    second.bridge = "br1"
    second.selection.scope = .everyPort
    second.selection.vlans = VLANSet([111])
    let bridges = ["br0", "br1"].map { BridgeSettings(name: $0, floodVLANs: [111]) }
    let expected = Profile(name: "rspan", mirrors: [first, second], bridges: bridges)
    #expect(try ProfileText.decode(text).get() == expected)
  }

  @Test("ERSPAN: the frames that enter by tap1 go to a collector by GRE")
  func erspan() throws {
    let mirror = """
      {name: m3, bridge: br0, select_src_port: tap1,
       output_tunnel: {type: gretap, remote: 10.95.30.43, key: 0x1111}}
      """
    let remote = IPAddress.v4([10, 95, 30, 43])
    let tunnel = TunnelOutput(encapsulation: .gretap(key: 0x1111), remote: remote)
    var expected = PortMirror(name: "m3", output: .tunnel(tunnel))
    expected.bridge = "br0"
    expected.selection = ports(source: ["tap1"])
    #expect(try ProfileText.decode(ProfileText.mirror(mirror)).get().mirrors == [expected])
  }
}
