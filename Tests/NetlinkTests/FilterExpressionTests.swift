import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@testable import Netlink

/// Filter expressions match what pcap-filter(7) says, with the outer tag in metadata or in the data.
struct FilterExpressionTests {
  private static let udp: [UInt8] = [0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17] + [UInt8](repeating: 0, count: 18)
  private static let tcp: [UInt8] = [0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6] + [UInt8](repeating: 0, count: 30)

  private static func tagged(_ vlan: UInt16, _ frame: Frame) -> Frame {
    var frame = frame
    frame.tag = Frame.Tag(vlan)
    return frame
  }

  private static let frames = [
    "untagged UDP": Frame.ethernet(payload: udp),
    "untagged TCP": Frame.ethernet(payload: tcp),
    "UDP in 10": tagged(10, .ethernet(payload: udp)),
    "TCP in 20": tagged(20, .ethernet(payload: tcp)),
    "UDP in 10, tag in data": Frame.ethernet(tagsInData: [Frame.Tag(10)], payload: udp),
    "UDP in 20 in 10": tagged(10, .ethernet(tagsInData: [Frame.Tag(20)], payload: udp)),
    "UDP in 20 in 10, tags in data": Frame.ethernet(tagsInData: [Frame.Tag(10), Frame.Tag(20)], payload: udp),
  ]

  @Test(
    arguments: [
      ("udp", ["untagged UDP", "UDP in 10"]),
      ("not vlan", ["untagged UDP", "untagged TCP"]),
      ("vlan 20", ["TCP in 20"]),
      ("vlan 10", ["UDP in 10", "UDP in 10, tag in data", "UDP in 20 in 10", "UDP in 20 in 10, tags in data"]),
      ("vlan 10 and udp", ["UDP in 10", "UDP in 10, tag in data"]),
      ("vlan(0xa)&&udp", ["UDP in 10", "UDP in 10, tag in data"]),
      ("vlan ( 10 ) and udp", ["UDP in 10", "UDP in 10, tag in data"]),
      ("udp and vlan 10", ["UDP in 10"]),
      ("(tcp or udp) and not vlan 10", ["untagged UDP", "untagged TCP", "TCP in 20"]),
      ("vlan 10 and vlan 20", ["UDP in 20 in 10", "UDP in 20 in 10, tags in data"]),
      ("vlan and vlan and udp", ["UDP in 20 in 10", "UDP in 20 in 10, tags in data"]),
      ("vlan 20 and udp", []),
    ] as [(String, Set<String>)])
  func matches(_ expression: String, _ expected: Set<String>) throws {
    let program = try FilterExpression.program(for: expression)
    #expect(BPFMachine.flaw(in: program) == nil)
    #expect(Set(Self.frames.filter { BPFMachine.run(program, on: $0.value) != 0 }.keys) == expected)
    let translation = try #require(program.translation)
    for (name, frame) in Self.frames {
      #expect(TranslatedMachine.run(translation, on: frame) == BPFMachine.run(program, on: frame), "\(name)")
    }
  }

  @Test("Nothing is added to an expression in which no tag in metadata matters")
  func plain() throws {
    let program = try FilterExpression.program(for: "tcp port 443")
    #expect(!program.instructions.contains { $0.code & 0x67 == 0x20 && $0.k >= 0xffff_f000 })
  }

  @Test(
    "Only the word vlan itself is one, and within geneve it is about the frame inside",
    arguments: [
      "tcp", "host vlan-10.example", "host vlan.example", "host my.vlan", "ether host \\vlan", "VLAN 10", "vlan10",
      "geneve and vlan 10", "geneve or vlan",
    ])
  func noOuterVLAN(_ expression: String) {
    #expect(FilterExpression.withTagInMetadata(expression) == nil)
  }

  @Test("What matches nothing, or is no expression, is refused in libpcap's words about the text as it was written")
  func refused() {
    for (text, words) in [
      ("tcp and udp and vlan 10 and arp", "rejects all packets"), ("vlan 4096", "4096"), ("vlan (tcp)", "syntax error"),
    ] {
      do throws(FilterExpression.Failure) {
        let program = try FilterExpression.program(for: text)
        Issue.record("\(text): \(program.instructions.count) instructions")
      } catch { #expect(error.description.contains(words), "\(text): \(error)") }
    }
  }
}
