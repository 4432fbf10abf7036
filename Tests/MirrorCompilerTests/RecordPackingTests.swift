import MirrorModel
import TestSupport
import Testing
import TrafficControl

@testable import MirrorCompiler

/// The short form of records: it says what was put in, it is short, and what it says never changes.
@Suite struct RecordPackingTests {
  private static let fragments = [
    #""select_src_port":["#, #"","tap"#, "}]}", "\u{1}", "é", "🦅", String(repeating: "tap12\",\"", count: 30),
  ]

  private func expectWhole(_ text: String) -> String? {
    let packed = RecordPacking.pack(text)
    if packed.contains(0) { return "a byte 0 in \(packed)" }
    if packed.count > text.utf8.count, text.utf8.first != RecordPacking.mark { return "\(packed.count) for \(text)" }
    let unpacked = RecordPacking.unpack(packed, limit: text.utf8.count)
    return unpacked == text ? nil : "\(text) has become \(unpacked ?? "nothing")"
  }

  @Test func everyTextComesBack() {
    let start = Array(#"{"version":1,"profile":"é","mirrors":[{"name":"m","select_src_port":["tap1","tap2"]}]}"#.utf8)
    let failures = FuzzRun("packed texts", rounds: 1500).failures { generator in
      var bytes = start
      for _ in 0...generator.number(below: 4) {
        bytes = TextMutation.mutate(bytes, with: Self.fragments, using: &generator).filter { $0 != 0 }
      }
      // What is no UTF-8 cannot be in a text.
      return expectWhole(String(decoding: bytes, as: UTF8.self))
    }
    #expect(failures.isEmpty, "\(failures)")
  }

  /// Lengths and the distances that are tried with them.
  private static let edgeCases: [(lengths: [Int], gaps: [Int])] = [
    ([2, 3, 4, 18, 19, 34, 35, 36, 100], [0, 1, 254, 255, 256, 1015, 1020, 1021, 2000]),
    ([3, 4, 36], [65_010, 65_050]),
  ]

  @Test(
    "Lengths and distances at which another form is taken",
    arguments: edgeCases.flatMap { lengths, gaps in lengths.flatMap { length in gaps.map { gap in (length, gap) } } })
  func edges(length: Int, gap: Int) {
    let repeated = (0..<length).map { number -> UInt8 in UInt8(33 + number * 7 % 90) }
    var generator = SeededGenerator(usual: 5)
    let between = (0..<gap).map { _ in UInt8(32 + generator.number(below: 95)) }
    #expect(expectWhole(String(decoding: repeated + between + repeated, as: UTF8.self)) == nil)
  }

  @Test("What was written once is read for ever")
  func format() {
    let written = """
      01636f726589970ad501696c6162d4016c3132d60208b07d31841b840886d7840832d4018fdd012c8dd035b9a29b809b70bb59302e379755397\
      d815a
      """
    var digits = written[...]
    var bytes: [UInt8] = []
    while !digits.isEmpty {
      bytes += UInt8(digits.prefix(2), radix: 16).map { [$0] } ?? []
      digits = digits.dropFirst(2)
    }
    let text = """
      core.yaml
      {"version":1,"profile":"lab","mirrors":[{"name":"m12","bridge":"br0","select_src_port":["tap10","tap11","tap12"],\
      "select_dst_port":["tap10","tap11","tap12"],"select_vlan":5,"output_tunnel":{"type":"gretap",\
      "remote":"192.168.0.7","key":9}}]}
      """
    #expect(RecordPacking.unpack(bytes, limit: 500) == text)
    #expect(Fingerprint.of(String(decoding: RecordPacking.vocabulary, as: UTF8.self)) == 0xdc6a_3af2_2843_9e97)
    let plain = Array("core.yaml\n{}".utf8)
    #expect(RecordPacking.unpack(plain, limit: 500) == "core.yaml\n{}")
  }

  @Test("A mirror of ten named ports on both sides takes eight pages at the most")
  func length() throws {
    let ports = (101...110).map { "tap\($0)" }.joined(separator: ", ")
    let profile = try ProfileText.profile(
      "{name: m7, select_src_port: [\(ports)], select_dst_port: [\(ports)], output_port: mon7}")
    let text = Record.text(of: profile)
    #expect(text.utf8.count > 250)
    #expect(RecordPacking.pack(text).count < 8 * Cookie.pageSize, "\(RecordPacking.pack(text).count)")
  }

  @Test func whatIsPackedWrongIsNothing() {
    let failures = FuzzRun("damaged packed texts", rounds: 2500).failures { generator in
      let count = generator.number(below: 60)
      let bytes = [RecordPacking.mark] + (0..<count).map { _ in UInt8(generator.number(below: 256)) }
      let text = RecordPacking.unpack(bytes, limit: 500)
      // A broken character counts three bytes.
      return (text?.utf8.count ?? 0) <= 1500 ? nil : "\(bytes)"
    }
    #expect(failures.isEmpty, "\(failures)")
    let mark = RecordPacking.mark
    for bytes: [UInt8] in [[0xE0], [0x80], [0xC0, 1], [0xF0], [0xFF, 1, 1], [0x80, 0], [0xC0, 0xFF, 0xFF]] {
      #expect(RecordPacking.unpack([mark] + bytes, limit: 500) == nil, "\(bytes)")
    }
    #expect(RecordPacking.unpack([mark, 0x61, 0xDF, 1, 1], limit: 20) == nil)
    #expect(RecordPacking.unpack([mark], limit: 20) == "")
  }
}
