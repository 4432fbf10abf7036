import SwitchOracle
import Testing

@Suite("A scenario in the tools' words")
struct ScenarioTextTests {
  private static let scenario = Scenario(
    kind: .vlanAware, controlFrames: .kept,
    modes: [
      "p1": .access(10), "p2": .trunk([20, 10]), "p3": .nativeTagged(20, trunks: [10]),
      "br0": .nativeUntagged(10, trunks: [20]),
    ],
    isolated: ["p2"],
    mirrors: [
      ScenarioMirror("m0", .everyPort, vlans: [10, 20], output: .port("p5")),
      ScenarioMirror(
        "m1", .ports(source: ["p1", "br0"], destination: []), output: .vlan(111, reflection: .asOpenVSwitch)),
    ],
    floodVLANs: [111], frames: [])

  @Test("ovs-vsctl")
  func openVSwitch() {
    let lines = OpenVSwitchText.commands(for: Self.scenario).map { $0.joined(separator: " ") }
    #expect(
      lines == [
        "clear bridge br0 mirrors flood_vlans", "set bridge br0 other_config:forward-bpdu=false flood_vlans=111",
        "set port p1 protected=false vlan_mode=access tag=10 trunks=[]",
        "set port p2 protected=true vlan_mode=trunk tag=[] trunks=10,20",
        "set port p3 protected=false vlan_mode=native-tagged tag=20 trunks=10,20",
        "set port p4 protected=false vlan_mode=trunk tag=[] trunks=4095",
        "set port p5 protected=false vlan_mode=trunk tag=[] trunks=4095",
        "set port br0 protected=false vlan_mode=native-untagged tag=10 trunks=10,20",
        "--id=@br0 get port br0", "--id=@p1 get port p1", "--id=@p5 get port p5",
        "--id=00000000-0000-4000-8000-000000000000 create mirror name=m0 select_all=true select_vlan=10,20 output_port=@p5",
        "--id=00000000-0000-4000-8000-000000000001 create mirror name=m1 select_src_port=@p1,@br0 output_vlan=111",
        "set bridge br0 "
          + "mirrors=00000000-0000-4000-8000-000000000000,00000000-0000-4000-8000-000000000001",
      ])
  }

  @Test("bridge and ip")
  func linux() {
    #expect(
      LinuxText.vlanLines(for: Self.scenario).filter { $0.hasPrefix("vlan add") } == [
        "vlan add vid 10 pvid untagged dev p1", "vlan add vid 10 dev p2", "vlan add vid 20 dev p2",
        "vlan add vid 20 pvid dev p3", "vlan add vid 10 dev p3", "vlan add vid 10 pvid untagged dev br0 self",
        "vlan add vid 20 dev br0 self",
      ])
    let lines = LinuxText.linkLines(for: Self.scenario)
    #expect(lines.first == "link set dev br0 type bridge vlan_filtering 1 group_fwd_mask 0 fdb_flush")
    #expect(lines.contains("link set dev p2 type bridge_slave isolated on group_fwd_mask 0"))
  }

  @Test("the profile")
  func profile() {
    #expect(
      ProfileText.profile(of: Self.scenario) == """
        version: 1
        profile: oracle
        mirrors:
          - {name: m0, bridge: br0, select_all: true, select_vlan: [10, 20], view: switch, output_port: p5}
          - {name: m1, bridge: br0, select_src_port: [p1, br0], view: switch, \
        output_vlan: {id: 111, reflect: true}}
        bridges:
          - {name: br0, flood_vlans: [111]}

        """)
  }
}
