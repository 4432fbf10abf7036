import MirrorModel
import Netlink
import TestSupport
import Testing

@Suite("YAML for people")
struct YAMLTextTests {
  private func text(_ canonical: String) throws -> String {
    let document = try #require(try YAMLParser.parse(Array(canonical.utf8), file: "canonical"))
    return YAMLText.lines(document).map { $0 + "\n" }.joined()
  }

  @Test("It is what one would write by hand")
  func layout() throws {
    let canonical =
      #"{"version":1,"profile":"lab","mirrors":[{"name":"m0","bridge":"br0","select_src_port":["tap1","vnet*"],"#
      + #""select_vlan":[10,"20-29"],"output_vlan":{"id":111,"ports":["p0"]}},{"name":"no","output_tunnel":"#
      + #"{"type":"gretap","remote":"10.95.30.43","local":"2001:db8::1"}}],"bridges":[]}"#
    #expect(
      try text(canonical) == """
        version: 1
        profile: lab
        mirrors:
          - name: m0
            bridge: br0
            select_src_port: [tap1, "vnet*"]
            select_vlan: [10, "20-29"]
            output_vlan:
              id: 111
              ports: [p0]
          - name: "no"
            output_tunnel:
              type: gretap
              remote: 10.95.30.43
              local: "2001:db8::1"
        bridges: []

        """)
  }

  @Test("It means the same as the canonical text, for random mirrors")
  func meaning() throws {
    var generator = SeededGenerator(usual: 5)
    for number in 0..<300 {
      var mirrors = [RandomMirror.mirror(using: &generator), RandomMirror.mirror(using: &generator)]
      for index in mirrors.indices { mirrors[index].name = "m\(number)-\(index)" }
      let profile = Profile(
        name: "lab", mirrors: mirrors, bridges: [BridgeSettings(name: "br0", floodVLANs: [1, 2, 9])])
      #expect(try ProfileText.decode(text(ProfileEncoder.encode(profile))).get() == profile)
    }
  }
}
