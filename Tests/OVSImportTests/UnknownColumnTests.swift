import MirrorModel
import OVSImport
import Testing

@Suite("Columns that are not carried over")
struct UnknownColumnTests {
  /// A bridge with one port and one mirror of it, with a column more in each table.
  private func result(
    bridge: String = #"["set",[]]"#, port: String = "false", interface: String = "0", mirror: String = #""""#
  ) throws -> OVSImport {
    let tables = [
      #"{"headings":["_uuid","name","ports","mirrors","flood_vlans","new"],"data":[[["uuid","b"],"br0",["uuid","p"],"#
        + #"["uuid","m"],["set",[]],\#(bridge)]]}"#,
      #"{"headings":["_uuid","name","interfaces","tag","trunks","vlan_mode","new_port"],"data":[[["uuid","p"],"tap1","#
        + #"["uuid","i"],["set",[]],["set",[]],["set",[]],\#(port)]]}"#,
      #"{"headings":["_uuid","name","type","options","new_interface"],"data":[[["uuid","i"],"tap1","",["map",[]],"#
        + #"\#(interface)]]}"#,
      #"{"headings":["_uuid","name","select_all","select_src_port","select_dst_port","select_vlan","output_port","#
        + #""output_vlan","new_mirror"],"data":[[["uuid","m"],"m0",true,["set",[]],["set",[]],["set",[]],["set",[]],7,"#
        + #"\#(mirror)]]}"#,
    ]
    return try Importing.result(tables.joined(separator: "\n"))
  }

  @Test("Those that are empty or as they are from the start are passed over")
  func defaults() throws {
    let result = try result()
    #expect(result.notes.isEmpty)
    #expect(result.profile.mirrors.map(\.administrativeState) == [.enabled])
    #expect(try self.result(bridge: #"["map",[]]"#, port: "0", interface: "0.0", mirror: "false").notes.isEmpty)
  }

  @Test("One of the table Mirror may say which frames are copied: it is told, and the mirror is disabled")
  func mirror() throws {
    let result = try result(mirror: #""tcp""#)
    #expect(
      result.notes.map(\.description) == [
        "Mirror 'm0' of br0: the column 'new_mirror' is not known and not carried over; the mirror is disabled in the profile"
      ])
    #expect(result.profile.mirrors.map(\.administrativeState) == [.disabled])
  }

  @Test("Others are told, those of ports and interfaces once for all")
  func others() throws {
    let result = try result(
      bridge: #"["map",[["a",1],["b",2]]]"#, port: "true", interface: #"["set",[1,2]]"#)
    #expect(
      result.notes.map(\.description) == [
        "Bridge 'br0': 'new:a' is not carried over", "Bridge 'br0': 'new:b' is not carried over",
        "Bridge 'br0': 'new_interface' of its port 'tap1' is not carried over",
        "Bridge 'br0': 'new_port' of its port 'tap1' is not carried over",
      ])
    #expect(result.profile.mirrors.map(\.administrativeState) == [.enabled])
  }
}
