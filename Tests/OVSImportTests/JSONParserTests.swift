import Testing

@testable import OVSImport

@Suite("JSON")
struct JSONParserTests {
  private func parse(_ text: String) -> String? {
    var parser = JSONParser(Array(text.utf8))
    return (try? parser.parse()).map { "\($0)" }
  }

  @Test(
    "What is JSON",
    arguments: [
      (#"{}"#, "object([:])"), (" [ 1 , -2 ,\n3.5e1]", "array([1, -2, 35.0])"), ("0", "0"), ("[[], {}]", "array"),
      (#""a\"\\\/\b\n\u00e9\ud83e\udd85""#, "a\"\\/\u{8}\n\u{e9}\u{1f985}"), ("true", "true"), ("null", "null"),
      (#"{"a":1,"a":2}"#, "2"), ("99999999999999999999", "1e+20"), ("\"\u{2028}\"", "\u{2028}"),
    ])
  func accepted(text: String, shown: String) throws {
    var parser = JSONParser(Array(text.utf8))
    let value = try parser.parse()
    switch value {
    case .string(let string): #expect(string == shown)
    case .integer(let number): #expect("\(number)" == shown)
    case .real(let number): #expect("\(number)" == shown)
    case .boolean(let flag): #expect("\(flag)" == shown)
    case .null: #expect("null" == shown)
    case .array(let elements): #expect(shown.hasPrefix("array") && !elements.isEmpty)
    case .object(let members):
      if case .integer(2) = members["a"] { #expect(shown == "2") } else { #expect(members.isEmpty) }
    }
  }

  @Test(
    "What is not",
    arguments: [
      "", " ", "{", "[1,]", "[1 2]", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{a:1}", "'a'", "01", "-", "1.", ".5", "+1",
      "1e", "1-2",
      "0x10", "nul", "truex", #""a"#, #""\x""#, #""\u12""#, #""\u+123""#, #""\ud83e""#, #""\ud83e\u0041""#,
      #""\ud83e \udd85""#,
      #""\udd85""#,
      "\"\n\"", "[]]", "NaN", "Infinity", "1e", "--1", String(repeating: "[", count: 100_000),
    ])
  func refused(text: String) {
    #expect(parse(text) == nil, "\(text.prefix(20))")
  }

  @Test("Bytes that are no UTF-8 are refused")
  func encoding() {
    var parser = JSONParser(Array("\"".utf8) + [0xff, 0xfe] + Array("\"".utf8))
    #expect(throws: JSONParser.Problem.self) { _ = try parser.parse() }
  }
}
