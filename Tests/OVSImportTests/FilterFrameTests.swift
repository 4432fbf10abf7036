import Netlink
import NetworkTypes
import TestSupport
import Testing

@testable import OVSImport

/// What libpcap makes of a filter passes the frames that Open vSwitch's flow extraction (`miniflow_extract`) finds to match.
@Suite("Frames that pass imported filters")
struct FilterFrameTests {
  /// Frames by what is in them.
  private static let frames: [String: Frame] = [
    "tcp": ipv4(6, ports(1000, 443)), "tcp-back": ipv4(6, ports(443, 1000)), "udp": ipv4(17, ports(1000, 443)),
    "options": ipv4(6, ports(1000, 443), options: 4), "first": ipv4(6, ports(1000, 443), fragment: 0x2000),
    "later": ipv4(6, ports(1000, 443), fragment: 0x0010), "echo": ipv4(1, [8, 0, 0, 0]),
    "reply": ipv4(1, [0, 0, 0, 0]),
    "icmp-later": ipv4(1, [8, 0, 0, 0], fragment: 0x0010),
    "tcp6": ipv6([], 6, ports(1000, 443)), "udp6": ipv6([], 17, ports(1000, 443)),
    "hop-tcp6": ipv6([(0, 1)], 6, ports(1000, 443)), "routed-tcp6": ipv6([(43, 2)], 6, ports(1000, 443)),
    "first6": ipv6([(44, 0)], 6, ports(1000, 443)), "later6": ipv6([(44, 0)], 6, ports(1000, 443), fragment: 0x0010),
    "echo6": ipv6([], 58, [128, 0, 0, 0]), "mld": ipv6([(0, 0)], 58, [143, 0, 0, 0]),
    "arp": .ethernet(type: EtherType(rawValue: 0x0806), payload: [UInt8](repeating: 0, count: 28)),
    "lldp": .ethernet(to: 0x0180_c200_000e, type: EtherType(rawValue: 0x88cc), payload: [0, 0]),
  ]

  private static func ports(_ source: UInt16, _ destination: UInt16) -> [UInt8] {
    let numbers: [UInt8] = [source, destination].flatMap { number in [UInt8(number >> 8), UInt8(number & 0xff)] }
    return numbers + [UInt8](repeating: 0, count: 16)
  }

  /// From 10.1.0.1 to 192.0.2.9.
  private static func ipv4(_ number: UInt8, _ payload: [UInt8], options: Int = 0, fragment: UInt16 = 0) -> Frame {
    let header: [UInt8] =
      [UInt8(0x45 + options / 4), 0xb8, 0, 60, 0, 1, UInt8(fragment >> 8), UInt8(fragment & 0xff), 64, number, 0, 0]
      + [10, 1, 0, 1, 192, 0, 2, 9] + [UInt8](repeating: 1, count: options)
    return .ethernet(payload: header + payload)
  }

  /// From 2001:db8::1 to 2001:db8:8000::2.
  ///
  /// - Parameter extensions: their numbers and lengths in units of 8 bytes after the first 8.
  private static func ipv6(
    _ extensions: [(number: UInt8, length: UInt8)], _ number: UInt8, _ payload: [UInt8], fragment: UInt16 = 0
  ) -> Frame {
    let zeros = [UInt8](repeating: 0, count: 9)
    var bytes: [UInt8] = [0x60, 0, 0, 0, 0, 60, extensions.first?.number ?? number, 64]
    bytes += [0x20, 1, 0x0d, 0xb8, 0, 0] + zeros + [1] + [0x20, 1, 0x0d, 0xb8, 0x80, 0] + zeros + [2]
    for (position, item) in extensions.enumerated() {
      bytes += [position + 1 < extensions.count ? extensions[position + 1].number : number, item.length]
      bytes += item.number == 44 ? [UInt8(fragment >> 8), UInt8(fragment & 0xff)] : [9, 9]
      bytes += [UInt8](repeating: 9, count: 4 + 8 * Int(item.length))
    }
    return .ethernet(type: .ipv6, payload: bytes + payload)
  }

  private static let over4 = ["tcp", "tcp-back", "options", "first", "later"]
  private static let over6 = ["tcp6", "hop-tcp6", "routed-tcp6", "first6", "later6"]

  @Test(
    "Exactly the frames pass that match",
    arguments: [
      ("tcp", over4), ("tcp,tp_dst=443", ["tcp", "options", "first"]), ("tcp,tp_src=443", ["tcp-back"]),
      ("tcp,tcp_dst=0x100/0xff00", ["tcp", "options", "first"]),
      ("tcp,tcp_dst=0/0x8000", over4), ("tcp,tcp_dst=0/0x200", ["tcp", "options", "first", "later"]),
      ("tcp,tp_src=0", ["later"]),
      ("udp,udp_dst=443", ["udp"]), ("icmp", ["echo", "reply", "icmp-later"]), ("icmp,icmp_type=8", ["echo"]),
      ("icmp,icmp_type=0", ["reply", "icmp-later"]), ("tcp6", over6),
      ("tcp6,tp_dst=443", ["tcp6", "hop-tcp6", "routed-tcp6", "first6"]),
      ("tcp6,tcp_dst=0x100/0xff00", ["tcp6", "hop-tcp6", "routed-tcp6", "first6"]), ("tcp6,tp_dst=1000", []),
      ("icmp6", ["echo6", "mld"]), ("icmp6,icmpv6_type=143", ["mld"]), ("arp", ["arp"]), ("dl_type=0x88cc", ["lldp"]),
      ("dl_dst=01:00:00:00:00:00/01:00:00:00:00:00", ["lldp"]), ("dl_src=02:00:00:00:00:03", []),
      ("tcp,nw_src=10.0.0.0/8", over4), ("tcp,nw_src=10.0.0.0/16", []), ("tcp,nw_dst=10.0.0.0/8", []),
      ("tcp,nw_src=10.0.0.1/255.0.0.255", over4), ("tcp,nw_src=10.0.0.2/255.0.0.255", []),
      ("icmp6,ipv6_src=2001:db8::/33", ["echo6", "mld"]), ("icmp6,ipv6_dst=2001:db8::/33", []),
      ("icmp6,ipv6_dst=::2/::ffff", ["echo6", "mld"]), ("icmp,ip_dscp=46", ["echo", "reply", "icmp-later"]),
      ("icmp,nw_ecn=1", []), ("icmp6,nw_ttl=64", ["echo6", "mld"]),
    ])
  func frames(match: String, passing: [String]) throws {
    let expression = try #require(try FilterTranslation(FlowMatch(match)).expression)
    let program = try FilterExpression.program(for: expression)
    let passed = Self.frames.filter { BPFMachine.run(program, on: $0.value) != 0 }
    #expect(passed.keys.sorted() == passing.sorted(), "\(expression)")
  }
}
