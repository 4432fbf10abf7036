import OVSImport
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
