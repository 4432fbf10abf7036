import MirrorModel
import Netlink
import NetworkTypes
import TestSupport
import Testing

@Suite("Canonical text")
struct ProfileEncoderTests {
  @Test("The text is short, on one line, and leaves out defaults")
  func text() throws {
    let profile = try ProfileText.decode(ProfileText.full).get()
    let expected = [
      #"{"name":"m0","bridge":"br0","select_src_port":["tap1","vnet*"],"select_dst_port":"tap1","#
        + #""select_vlan":[10,"20-29"],"filter":"tcp port 443","view":"switch","output_port":["tap3","tap4"],"#
        + #""snaplen":128,"sample":{"one_in":100,"random":true},"rate":{"rate":"200mbit","burst":262144},"#
        + #""offload":"off","hook":"tcx"}"#,
      #"{"name":"m1","enabled":false,"output_vlan":{"id":111,"ports":["p0","p[1-3]"],"keep_inner":true,"#
        + #""reflect":true},"sample":100,"rate":"1gbit","normalize":true,"offload":"require","hook":"clsact","#
        + #""order":"last","force":true}"#,
      #"{"name":"m2","bridge":"br0","select_all":true,"output_tunnel":{"type":"erspan","remote":"10.95.30.43","#
        + #""local":"10.0.2.15","device":"eth0","version":2,"session_id":7,"direction":"egress","hardware_id":63,"#
        + #""ttl":32,"tos":184}}"#,
      #"{"name":"m3","output_tunnel":{"type":"erspan","remote":"2001:db8::1","session_id":1023,"index":1048575}}"#,
      #"{"name":"m4","output_tunnel":{"type":"gretap","remote":"10.95.30.43","key":4369,"tos":4}}"#,
      #"{"name":"m5","output_tunnel":{"type":"vxlan","remote":"10.95.30.43","vni":16777215,"port":4790}}"#,
      #"{"name":"m6","output_tunnel":{"type":"geneve","remote":"10.95.30.43","vni":0}}"#,
    ]
    #expect(profile.mirrors.map(ProfileEncoder.encode) == expected)
    #expect(profile.bridges.map(ProfileEncoder.encode) == [#"{"name":"br1","flood_vlans":[111,"200-202"]}"#])
    #expect(ProfileEncoder.encode(Profile(name: "x")) == #"{"version":1,"profile":"x"}"#)
  }

  @Test("A profile is read back as it was written")
  func profile() throws {
    let profile = try ProfileText.decode(ProfileText.full).get()
    #expect(try ProfileText.decode(ProfileEncoder.encode(profile), defaultName: "other").get() == profile)
  }

  @Test("Mirrors are read back as they were written, whatever is in them")
  func mirrors() throws {
    var generator = SeededGenerator(usual: 2026)
    for _ in 0..<400 {
      let mirror = RandomMirror.mirror(using: &generator)
      let text = ProfileEncoder.encode(mirror)
      #expect(!text.contains { $0.isNewline }, "\(text)")
      let document = try YAMLParser.parse(Array(text.utf8), file: "m")
      #expect(try ProfileDecoder.decodeMirror(document, file: "m").get() == mirror, "\(text)")
    }
  }

  @Test("Bridges are read back as they were written", arguments: [[], [1], [1, 2], [5, 6, 7, 9, 4094]] as [[UInt16]])
  func bridges(vlans: [UInt16]) throws {
    let bridge = BridgeSettings(name: "br0", floodVLANs: vlans)
    let document = try YAMLParser.parse(Array(ProfileEncoder.encode(bridge).utf8), file: "b")
    #expect(try ProfileDecoder.decodeBridge(document, file: "b").get() == bridge)
  }

  @Test("An empty text is no mirror")
  func empty() {
    let result = ProfileDecoder.decodeMirror(nil, file: "m")
    #expect(throws: ProfileError.self) { try result.get() }
  }
}
