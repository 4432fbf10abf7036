import Netlink
import TestSupport
import Testing

/// Random expressions are compiled or refused with words. They are made of words that libpcap knows: any other would be a
/// host's name, for which it asks the resolver.
@Suite("Fuzz: filter expressions")
struct FilterExpressionFuzzTests {
  private static let words = [
    "tcp", "udp", "ip", "ip6", "arp", "icmp", "ether", "host", "net", "port", "portrange", "src", "dst", "and", "or",
    "not",
    "vlan", "mpls", "proto", "len", "greater", "less", "broadcast", "multicast", "inbound", "10.0.0.1", "10.0.0.0/8",
    "2001:db8::1", "02:00:00:00:00:01", "80", "1-100", "0x800", "4095", "4294967296", "-1", "0", "(", ")", "[", "]",
    "&", "|",
    "<", ">", "=", "!=", ":", "+", "*", "/", "%", "<<", "ether[0]", "tcp[13]", "& 7 != 0", "&&", "||", "!", "\\tcp",
    "\\icmp",
  ]

  private static func expression(using generator: inout SeededGenerator) -> String {
    (0..<generator.number(below: 12)).map { _ in words[generator.number(below: words.count)] }.joined(separator: " ")
  }

  @Test("Words in any order")
  func expressions() {
    var accepted = 0
    let failures = FuzzRun("filter expressions", rounds: 2500).failures { generator in
      let text = Self.expression(using: &generator)
      do throws(FilterExpression.Failure) {
        _ = try FilterExpression.program(for: text)
        accepted += 1
        return nil
      } catch {
        return error.description.isEmpty ? "refused without a word: \(text)" : nil
      }
    }
    #expect(failures == [])
    #expect(accepted > 100)
  }

  @Test("Nesting has an end")
  func deep() {
    for count in [10, 1000, 20_000] {
      let text = String(repeating: "(", count: count) + "tcp" + String(repeating: ")", count: count)
      _ = try? FilterExpression.program(for: text)
      _ = try? FilterExpression.program(for: String(repeating: "not ", count: count) + "tcp")
    }
  }

  @Test("Compiling 5,000 expressions leaves nothing in memory")
  func leaks() async {
    await #expect(processExitsWith: .success) {
      let growth = HeapUse.growth(warmUp: 500, rounds: 5000) { round in
        var generator = SeededGenerator(seed: UInt64(round))
        _ = try? FilterExpression.program(for: FilterExpressionFuzzTests.expression(using: &generator))
      }
      #expect(growth < 100_000, "it grew by \(growth) bytes")
    }
  }
}
