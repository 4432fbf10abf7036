import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@testable import MirrorCompiler

@Suite("S30: the headers that a tunnel's own packets are known by")
struct TunnelHeaderGuardTests {
  /// A header, how it looks on the wire (ERSPAN: with a sequence number, VLAN and index that do not count), and the bits of
  /// it that count.
  struct Case: Sendable, CustomTestStringConvertible {
    let header: Tunnel.Header
    let ipProtocol: UInt8
    let bytes: [UInt8]
    let mask: [UInt8]

    var testDescription: String { "\(header)" }
  }

  static let cases = [
    Case(
      header: .erspan(.typeI), ipProtocol: 47, bytes: [0, 0, 0x88, 0xbe], mask: [0xff, 0xff, 0xff, 0xff]),
    Case(
      header: .erspan(.typeII(session: 0x2a5, index: 1)), ipProtocol: 47,
      bytes: [0x10, 0, 0x88, 0xbe, 9, 9, 9, 9, 0x11, 0x23, 0x1a, 0xa5, 0, 0, 0, 1],
      mask: [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xf0, 0, 0x03, 0xff, 0, 0, 0, 0]),
    Case(
      header: .erspan(.typeIII(session: 0x2a5, direction: .egress, hardwareID: 1)), ipProtocol: 47,
      bytes: [0x10, 0, 0x22, 0xeb, 9, 9, 9, 9, 0x21, 0x23, 0x1a, 0xa5, 7, 7, 7, 7, 0, 0, 0x80, 0x18],
      mask: [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xf0, 0, 0x03, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]),
    Case(
      header: .vxlan(vni: 0xabcdef, port: 4790, listening: 61694), ipProtocol: 17,
      bytes: [0xc0, 1, 0x12, 0xb6, 0, 90, 3, 3, 8, 0, 0, 0, 0xab, 0xcd, 0xef, 0],
      mask: [0, 0, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]),
    Case(
      header: .geneve(vni: 0xabcdef, port: 6081), ipProtocol: 17,
      bytes: [0xc0, 1, 0x17, 0xc1, 0, 90, 3, 3, 0, 0, 0x65, 0x58, 0xab, 0xcd, 0xef, 0],
      mask: [0, 0, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]),
  ]

  private static let ends: [(from: IPAddress, to: IPAddress)] = [
    (.v4([10, 0, 2, 15]), .v4([10, 95, 30, 43])),
    (
      .v6([0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [2]),
      .v6([0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1])
    ),
  ]

  @Test("Every bit of the header that tells the tunnel counts, and no other", arguments: cases)
  func bits(item: Case) throws {
    for ends in Self.ends {
      let program = try Self.program(item, ends)
      for position in item.bytes.indices {
        for bit in 0..<8 {
          var bytes = item.bytes
          bytes[position] ^= 1 << bit
          let packet = Self.packet(item, ends, bytes)
          let counts = item.mask[position] & 1 << bit != 0
          for frame in [packet.frame, packet.tagged, packet.taggedInData(.dot1Q), packet.taggedInData(.dot1AD)] {
            #expect((BPFMachine.run(program, on: frame) != 0) == counts, "bit \(bit) of octet \(position)")
          }
        }
      }
    }
  }

  @Test("S29: fragments, the first by its header, the others by addresses and protocol", arguments: cases)
  func fragments(item: Case) throws {
    for ends in Self.ends {
      let program = try Self.program(item, ends)
      func isCopied(_ frame: Frame) -> Bool { BPFMachine.run(program, on: frame) != 0 }
      let packet = Self.packet(item, ends, item.bytes)
      #expect(!isCopied(packet.changed { $0.hasMoreFragments = true }))
      #expect(!isCopied(packet.changed { $0.fragmentOffset = 185 }))
      var other = item.bytes
      other[2] ^= 1
      #expect(isCopied(Self.packet(item, ends, other).changed { $0.hasMoreFragments = true }))
      #expect(
        isCopied(
          packet.changed {
            $0.fragmentOffset = 185
            $0.ipProtocol = 6
          }))
      #expect(
        isCopied(
          packet.changed {
            $0.fragmentOffset = 185
            $0.to = ends.from
          }))
    }
  }

  @Test("S29: a limit counts the tag, wherever it is")
  func length() throws {
    let program = try #require(FrameMatch(maximumLength: 100).program)
    func isHit(_ length: Int, _ tag: Frame.Tag?) -> Bool {
      BPFMachine.run(program, on: Frame(bytes: [UInt8](repeating: 0, count: length), tag: tag)) != 0
    }
    #expect(isHit(100, nil) && !isHit(101, nil))
    #expect(isHit(96, Frame.Tag(5)) && !isHit(97, Frame.Tag(5)))
  }

  private static func program(_ item: Case, _ ends: (from: IPAddress, to: IPAddress)) throws -> BPFProgram {
    let own = TunnelGuard(header: item.header, remote: ends.to, local: ends.from)
    let program = try #require(FrameMatch(excludedTunnel: own).program)
    #expect(BPFMachine.flaw(in: program) == nil)
    return program
  }

  private static func packet(
    _ item: Case, _ ends: (from: IPAddress, to: IPAddress), _ bytes: [UInt8]
  ) -> OuterPacket {
    OuterPacket(from: ends.from, to: ends.to, ipProtocol: item.ipProtocol, tunnelHeader: bytes)
  }
}
