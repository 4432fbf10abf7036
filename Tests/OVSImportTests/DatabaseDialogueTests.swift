import OVSImport
import TestSupport
import Testing

@Suite("Answers of an OVSDB server")
struct DatabaseDialogueTests {
  private func tables(_ text: String) throws -> [OVSTable]? {
    var splitter = JSONSplitter()
    let messages = try splitter.feed(Array(text.utf8))
    let message = try #require(messages.first)
    return try DatabaseDialogue.tables(in: message, source: "unix:/db.sock")
  }

  private func problem(_ text: String) -> String {
    do {
      _ = try tables(text)
      return ""
    } catch { return "\(error)" }
  }

  @Test("The request is one transaction of four selections")
  func request() {
    #expect(DatabaseDialogue.request.hasPrefix(#"{"method":"transact","params":["Open_vSwitch",{"op":"select","#))
    for table in ["Bridge", "Port", "Interface", "Mirror"] {
      #expect(DatabaseDialogue.request.contains(#""table":"\#(table)""#))
    }
  }

  @Test("Requests of the server and answers to others are passed over")
  func others() throws {
    #expect(try tables(#"{"method":"echo","params":[],"id":"echo"}"#) == nil)
    #expect(try tables(#"{"id":"else","result":[],"error":null}"#) == nil)
  }

  @Test("An empty database has four tables without records")
  func empty() throws {
    let rows = #"{"rows":[]}"#
    let text = #"{"id":"mirrorctl","error":null,"result":[\#([rows, rows, rows, rows].joined(separator: ","))]}"#
    let tables = try #require(try tables(text))
    #expect(tables.map(\.name) == OVSTable.Name.allCases)
    _ = try OVSDatabase(tables, source: "unix:/db.sock")
  }

  @Test(
    "What is refused is said with the server's words",
    arguments: [
      (#"{"id":"mirrorctl","error":{"error":"unknown database","syntax":"x"},"result":null}"#, "unknown database"),
      (#"{"id":"mirrorctl","error":"not allowed","result":null}"#, "not allowed"),
      (
        #"{"id":"mirrorctl","error":null,"result":[null,{"error":"unknown table","details":"No table Port."}]}"#,
        "unknown table: No table Port."
      ),
      (#"{"id":"mirrorctl","error":null,"result":[]}"#, "not understood"),
      (
        #"{"id":"mirrorctl","error":null,"result":[{"rows":[7]},{"rows":[]},{"rows":[]},{"rows":[]}]}"#,
        "not understood"
      ),
      (
        #"{"id":"mirrorctl","error":null,"result":[{"rows":[{}]},{"rows":[]},{"rows":[]},{"rows":[]}]}"#, "Bridge lacks"
      ),
      (#"{"id":"mirrorctl","result":"x"}"#, "not understood"),
      (#"{"id":}"#, "not valid JSON"),
    ])
  func refusals(text: String, words: String) {
    let problem = problem(text)
    #expect(problem.contains(words) && problem.contains("unix:/db.sock"), "\(problem)")
  }

  private static let answer =
    #"{"id":"mirrorctl","error":null,"result":[{"rows":[{"_uuid":["uuid","b"],"name":"br0","ports":["uuid","p"],"#
    + #""mirrors":["uuid","m"],"flood_vlans":["set",[7,8]]}]},{"rows":[{"_uuid":["uuid","p"],"name":"tap1","#
    + #""interfaces":["uuid","i"],"tag":10,"trunks":["set",[]],"vlan_mode":["set",[]]}]},{"rows":[{"_uuid":"#
    + #"["uuid","i"],"name":"tap1","type":"gre","options":["map",[["remote_ip","10.0.0.1"],["key","7"]]]}]},"#
    + #"{"rows":[{"_uuid":["uuid","m"],"name":"m0","select_all":true,"select_src_port":["set",[]],"select_dst_port":"#
    + #"["set",[]],"select_vlan":["set",[]],"output_port":["uuid","p"],"output_vlan":["set",[]],"snaplen":99}]}]}"#

  @Test("Every mutation of an answer is refused with words, passed over or taken")
  func mutations() throws {
    let whole = try #require(try tables(Self.answer))
    #expect(OVSImport(try OVSDatabase(whole, source: "db"), profileName: "ovs").profile.mirrors.count == 1)
    var generator = SeededGenerator(usual: 29)
    var refused = 0
    for _ in 0..<3000 {
      var bytes = Array(Self.answer.utf8)
      for _ in 0...generator.number(below: 2) {
        let place = generator.number(below: bytes.count)
        switch generator.number(below: 4) {
        case 0: bytes[place] = UInt8(generator.number(below: 256))
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + generator.number(below: 20)))
        case 2: bytes.swapAt(place, generator.number(below: bytes.count))
        default: bytes.insert(UInt8(0x20 + generator.number(below: 95)), at: place)
        }
      }
      var splitter = JSONSplitter()
      guard let messages = try? splitter.feed(bytes) else { continue }
      do throws(ImportError) {
        for message in messages {
          guard let tables = try DatabaseDialogue.tables(in: message, source: "unix:/db.sock") else { continue }
          _ = OVSImport(try OVSDatabase(tables, source: "unix:/db.sock"), profileName: "ovs")
        }
      } catch {
        #expect(error.description.hasPrefix("unix:/db.sock: "))
        refused += 1
      }
    }
    #expect(refused > 100)
  }

  @Test("Messages are found however they are cut")
  func splitting() throws {
    let texts = [#"{"a":"}\"{","b":[1,{"c":"\\"}]}"#, "{}", #"{"d":"]"}"#]
    let bytes = Array(texts.joined(separator: " \n").utf8)
    for step in 1...9 {
      var splitter = JSONSplitter()
      var found: [String] = []
      for start in stride(from: 0, to: bytes.count, by: step) {
        found += try splitter.feed(bytes[start..<min(start + step, bytes.count)]).map {
          String(decoding: $0.bytes, as: UTF8.self)
        }
      }
      #expect(found == texts)
      #expect(!splitter.isUnfinished)
    }
  }
}
