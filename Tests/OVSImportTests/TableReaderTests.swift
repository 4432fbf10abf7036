import OVSImport
import Testing

@Suite("Texts that are no tables of Open vSwitch")
struct TableReaderTests {
  private static let bridges = #"{"headings":["_uuid","name","ports","mirrors","flood_vlans"],"data":[]}"#
  private static let ports = #"{"headings":["_uuid","name","interfaces","tag","trunks","vlan_mode"],"data":[]}"#
  private static let interfaces = #"{"headings":["_uuid","name","type","options"],"data":[]}"#
  private static let mirrorColumns =
    #""_uuid","name","select_all","select_src_port","select_dst_port","select_vlan","output_port","output_vlan""#

  private static func mirrors(_ row: String = "") -> String {
    #"{"headings":[\#(mirrorColumns)],"data":[\#(row)]}"#
  }

  /// One mirror, the value of a column replaced.
  private static func mirror(_ index: Int, _ value: String) -> String {
    var cells = [
      #"["uuid","11111111-2222-3333-4444-555555555555"]"#, #""m0""#, "false", #"["set",[]]"#, #"["set",[]]"#,
      #"["set",[]]"#, #"["set",[]]"#, "7",
    ]
    cells[index] = value
    return mirrors("[" + cells.joined(separator: ",") + "]")
  }

  private static func all(_ mirrors: String) -> String { bridges + ports + interfaces + mirrors }

  @Test("Tables without records are fine, apart or on one line, among others that do not matter")
  func empty() throws {
    #expect(Importing.problem(Self.all(Self.mirrors())) == "")
    #expect(Importing.problem(Self.all(Self.mirrors()) + #"{"headings":["_uuid","bridges"],"data":[[1,2]]}"#) == "")
    #expect(try Importing.result(Self.all(Self.mirrors())).profile.mirrors.isEmpty)
  }

  @Test(
    "What is wrong is said with the file, the table and a remedy",
    arguments: [
      ("", ["ovs.json", "empty", "ovs-vsctl --format=json"]),
      ("_uuid : 1\nname: m0\n", ["line 1", "no table in JSON", "ovs-vsctl --format=json"]),
      ("\n\n[1]", ["line 3", "no table in JSON"]),
      (#"{"headings":["_uuid""#, ["ends within a table"]),
      ("{}", ["line 1", "no 'headings' and 'data'"]),
      (#"{"headings":[nonsense],"data":[]}"#, ["line 1, byte 14", "not valid JSON"]),
      (bridges + ports + interfaces, ["table Mirror is missing", "ovs-vsctl --format=json"]),
      (all(mirrors()) + mirrors(), ["table Mirror was given before", "once"]),
      (
        #"{"headings":["_uuid","select_all","output_port"],"data":[]}"#,
        ["Mirror lacks the columns name, ", "--columns"]
      ),
      (#"{"headings":["name","type","options"],"data":[]}"#, ["Interface lacks the column _uuid;"]),
      (all(mirrors("[1,2]")), ["a row of the table Mirror", "each heading"]),
      (all(mirrors("7")), ["a row of the table Mirror"]),
    ])
  func refusals(text: String, words: [String]) {
    let problem = Importing.problem(text)
    for word in words { #expect(problem.contains(word), "\(problem)") }
  }

  @Test(
    "A value of the wrong type is said with the record and the column",
    arguments: [
      (0, #""1""#, "_uuid"), (1, "7", "name"), (2, #""false""#, "select_all"),
      (3, #"["set",["tap1"]]"#, "select_src_port"),
      (4, #"["set",[["uuid"]]]"#, "select_dst_port"), (5, #"["set",[4096]]"#, "select_vlan"), (5, "-1", "select_vlan"),
      (5, "1e99", "select_vlan"), (5, "99999999999999999999", "select_vlan"), (6, #"["map",[]]"#, "output_port"),
      (7, "0", "output_vlan"), (7, "null", "output_vlan"), (7, #"{"a":1}"#, "output_vlan"),
      (7, #"["set"]"#, "output_vlan"),
    ])
  func types(index: Int, value: String, column: String) {
    let problem = Importing.problem(Self.all(Self.mirror(index, value)))
    for word in ["Mirror", "the column \(column) should hold", "--data"] {
      #expect(problem.contains(word), "\(value): \(problem)")
    }
  }

  @Test("References that lead nowhere are said, and nothing is made of them")
  func dangling() throws {
    let id = "11111111-2222-3333-4444-555555555555"
    let bridge = #"[["uuid","b"],"br0",["set",[["uuid","p"]]],["set",[["uuid","\#(id)"],["uuid","gone"]]],["set",[]]]"#
    let bridges = Self.bridges.dropLast(2) + bridge + "]}"
    let result = try Importing.result(bridges + Self.ports + Self.interfaces + Self.mirror(6, #"["uuid","lost"]"#))
    #expect(result.profile.mirrors.isEmpty)
    let notes = result.notes.map(\.description)
    #expect(notes.contains { $0.contains("'br0'") && $0.contains("gone") }, "\(notes)")
    #expect(notes.contains { $0.contains("'m0'") && $0.contains("lost") && $0.contains("left out") }, "\(notes)")
    let stray = try Importing.result(Self.all(Self.mirror(1, #""m0""#)))
    #expect(stray.notes.map(\.description) == ["Mirror 'm0': no bridge in the table Bridge has it; it is left out"])
  }

  @Test("Deep nesting and great length are refused in good time")
  func size() {
    let deep = #"{"headings":"# + String(repeating: "[", count: 1_000_000)
    #expect(Importing.problem(deep).contains("nested"))
    let long = String(repeating: " ", count: TableReader.maximumBytes + 1)
    #expect(Importing.problem(long).contains("longer than"))
  }
}
