import MirrorModel
import Testing

@Suite("What profiles are refused for")
struct FindingsTests {
  /// A mirror that is whole but for what a case adds; the addition starts at column 41 of line 2.
  private func findings(adding text: String) -> [String] {
    ProfileText.findings(ProfileText.mirror("{name: m0, output_port: tap3, \(text)}"))
  }

  @Test("Wrong values of a mirror's keys", arguments: FindingsTable.values)
  func values(text: String, expected: String) {
    #expect(findings(adding: text) == ["lab.yaml:2:\(expected)"])
  }

  @Test("Wrong outputs and combinations", arguments: FindingsTable.outputs)
  func outputs(text: String, expected: String) {
    #expect(ProfileText.findings(ProfileText.mirror("{name: m0, \(text)}")) == ["lab.yaml:2:\(expected)"])
  }

  @Test("Wrong tunnels", arguments: FindingsTable.tunnels)
  func tunnels(text: String, expected: String) {
    let findings = ProfileText.findings(ProfileText.mirror("{name: m0, output_tunnel: {\(text)}}"))
    #expect(findings == ["lab.yaml:2:\(expected)"])
  }

  @Test("Wrong documents", arguments: FindingsTable.documents)
  func documents(text: String, expected: String) {
    #expect(ProfileText.findings(text) == ["lab.yaml:\(expected)"])
  }

  @Test("All findings are reported, in the order of the document")
  func all() {
    let text = """
      mirrors:
        - nmae: m0
          select_all: yes
          select_vlan: [4095, 20-29, x]
          output_port: tap3
          output_vlan: 111
          snaplen: 13
        - name: m1
          output_tunnel: {type: vxlan, remote: collector, key: 1}
      bridges:
        - flood_vlans: [111, 100-200]
      """
    #expect(
      ProfileText.findings(text) == [
        "lab.yaml:1:1: 'version' is missing; expected 1",
        "lab.yaml:2:5: mirrors[0].nmae: unknown key 'nmae'; the nearest known one is 'name'",
        "lab.yaml:2:5: mirrors[0]: 'name' is missing; "
          + "expected 1..32 letters, digits, '_', '.' or '-', a letter or digit first",
        "lab.yaml:3:17: mirrors[0].select_all: expected true or false, not 'yes'",
        "lab.yaml:4:19: mirrors[0].select_vlan[0]: expected a VLAN 0..4094 or a range such as 20-29, not 4095",
        "lab.yaml:4:32: mirrors[0].select_vlan[2]: expected a VLAN 0..4094 or a range such as 20-29, not 'x'",
        "lab.yaml:6:18: mirrors[0].output_vlan: the mirror has 'output_port' as well; "
          + "expected exactly one of output_port, output_vlan or output_tunnel",
        "lab.yaml:6:18: mirrors[0].output_vlan: the ports are not known; "
          + "expected 'bridge' in the mirror or 'ports' in output_vlan",
        "lab.yaml:7:14: mirrors[0].snaplen: expected a whole number 14..65535, not 13",
        "lab.yaml:9:20: mirrors[1].output_tunnel: 'vni' is missing; expected a whole number 0..16777215",
        "lab.yaml:9:42: mirrors[1].output_tunnel.remote: expected an IPv4 or IPv6 address, not 'collector'",
        "lab.yaml:9:58: mirrors[1].output_tunnel.key: vxlan has no 'key'; its own keys: vni, port",
        "lab.yaml:11:5: bridges[0]: 'name' is missing; expected the name of a bridge",
        "lab.yaml:11:24: bridges[0].flood_vlans[1]: VLAN 111 is given twice; expected each VLAN once",
      ])
  }

  @Test("An output port may not be among its own sources, on either side")
  func ownSources() {
    let text = "select_src_port: [tap1, tap3], select_dst_port: tap3"
    #expect(
      findings(adding: text) == [
        "lab.yaml:2:35: mirrors[0].output_port: 'tap3' is also in select_src_port; "
          + "an output cannot be a source of its own mirror",
        "lab.yaml:2:35: mirrors[0].output_port: 'tap3' is also in select_dst_port; "
          + "an output cannot be a source of its own mirror",
      ])
    #expect(findings(adding: "select_src_port: tap*").isEmpty)
  }

  @Test("A flood of findings is cut")
  func flood() throws {
    let text = "{version: 1, mirrors: [" + String(repeating: "x,", count: 5000) + "]}"
    let findings = ProfileText.findings(text)
    #expect(findings.count == 1001)
    #expect(findings.last == "lab.yaml:1:2022: 4000 more findings are not shown")
  }
}
