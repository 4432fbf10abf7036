import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@testable import MirrorCompiler

@Suite("S25: the guard of a remote VLAN")
struct RemoteVLANGuardTests {
  private static let pass = UInt32(bitPattern: Control.continue.rawValue)
  private static let drop = UInt32(bitPattern: Control.drop.rawValue)

  /// As ovs-vswitchd.conf.db(5) lists them for `forward-bpdu`, one by one.
  private static let reserved: [UInt64] =
    (0...15).map { 0x0180_c200_0000 + $0 } + (0...7).map { 0x0100_0ccc_ccc0 + $0 } + [
      0x00e0_2b00_0000, 0x00e0_2b00_0004, 0x00e0_2b00_0006, 0x0100_0c00_0000, 0x0100_0ccc_cccc, 0x0100_0ccc_cccd,
      0x0100_0ccd_cdcd,
    ]

  private func verdict(_ frame: Frame, vlan: UInt16 = 111, _ tagProtocol: EtherType = .dot1Q) throws -> UInt32 {
    let program = try #require(RemoteVLANGuard.program(vlan: vlan, tagProtocol: tagProtocol))
    #expect(program.result == .verdict)
    #expect(BPFMachine.flaw(in: program) == nil)
    return BPFMachine.run(program, on: frame)
  }

  @Test("S25: frames to reserved addresses are not copied; frames to their neighbours are")
  func addresses() throws {
    let known = Set(Self.reserved)
    let neighbours = known.flatMap { (address: UInt64) -> [UInt64] in
      let oneBitAway: [UInt64] = (0..<48).map { bit in address ^ (1 << bit) }
      return [address - 1, address + 1] + oneBitAway
    }
    for address in known.union(neighbours) {
      let expected = known.contains(address) ? Self.drop : Self.pass
      #expect(try verdict(.ethernet(to: address)) == expected, "\(String(address, radix: 16))")
    }
  }

  @Test("S25: frames that are in the VLAN already are not copied")
  func loop() throws {
    for vlan: UInt16 in [0, 1, 110, 111, 112, 367, 4095] {
      for type in [EtherType.dot1Q, .dot1AD] {
        let tag = Frame.Tag(vlan, priority: 7, tagProtocol: type)
        var metadata = Frame.ethernet()
        metadata.tag = tag
        let expected = vlan == 111 ? Self.drop : Self.pass
        #expect(try verdict(metadata) == expected)
        #expect(try verdict(.ethernet(tagsInData: [tag])) == expected)
      }
    }
    #expect(try verdict(.ethernet()) == Self.pass)
  }

  @Test("S25, S45: on a service bridge the tag of a customer says nothing of the VLAN")
  func serviceTags() throws {
    for (type, expected) in [(EtherType.dot1Q, Self.pass), (.dot1AD, Self.drop)] {
      let tag = Frame.Tag(111, tagProtocol: type)
      var metadata = Frame.ethernet(tagsInData: [Frame.Tag(111, tagProtocol: .dot1AD)])
      metadata.tag = tag
      #expect(try verdict(metadata, .dot1AD) == expected)
      #expect(try verdict(.ethernet(tagsInData: [tag]), .dot1AD) == expected)
    }
    #expect(try verdict(.ethernet(tagsInData: [Frame.Tag(110, tagProtocol: .dot1AD)]), .dot1AD) == Self.pass)
    #expect(try verdict(.ethernet(), .dot1AD) == Self.pass)
  }

  @Test("S24: only the outer tag decides")
  func innerTags() throws {
    var frame = Frame.ethernet(tagsInData: [Frame.Tag(111)])
    frame.tag = Frame.Tag(10)
    #expect(try verdict(frame) == Self.pass)
    #expect(try verdict(.ethernet(tagsInData: [Frame.Tag(10), Frame.Tag(111)])) == Self.pass)
  }

  @Test(
    "An ordinary frame's address is read once and compared with next to nothing",
    arguments: [
      (0x0200_0000_0002, 8), (0xffff_ffff_ffff, 8), (0x0000_0c12_3456, 9), (0x3333_0000_0001, 8),
      (0x0100_5e00_0001, 15),
    ] as [(UInt64, Int)])
  func cost(address: UInt64, most: Int) throws {
    let program = try #require(RemoteVLANGuard.program(vlan: 111, tagProtocol: .dot1Q))
    #expect(BPFMachine.steps(of: program, on: .ethernet(to: address)) <= most)
    #expect(program.instructions.count { $0.code == 0x20 && $0.k == 0 } == 1)
  }
}
