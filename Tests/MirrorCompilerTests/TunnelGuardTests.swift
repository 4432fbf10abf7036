import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@testable import MirrorCompiler

@Suite("S30: a tunnel's own packets are no originals")
struct TunnelGuardTests {
  private static let v4 = (remote: IPAddress.v4([10, 95, 30, 43]), local: IPAddress.v4([10, 0, 2, 15]))
  private static let v6 = (
    remote: IPAddress.v6([0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]),
    local: IPAddress.v6([0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [2])
  )

  private func isCopied(_ frame: Frame, _ own: TunnelGuard) throws -> Bool {
    let program = try #require(FrameMatch(excludedTunnel: own).program)
    #expect(BPFMachine.flaw(in: program) == nil)
    return BPFMachine.run(program, on: frame) != 0
  }

  @Test("S30: own packets are left out, whatever tag the underlay has")
  func own() throws {
    for ends in [Self.v4, Self.v6] {
      for key in [nil, 0, 0x1111, UInt32.max] {
        let packet = OuterPacket(from: ends.local, to: ends.remote, key: key)
        for local in [nil, ends.local] {
          let own = TunnelGuard(header: .gretap(key: key), remote: ends.remote, local: local)
          #expect(try !isCopied(packet.frame, own))
          #expect(try !isCopied(packet.tagged, own))
          #expect(try !isCopied(packet.taggedInData(.dot1Q), own))
          #expect(try !isCopied(packet.taggedInData(.dot1AD), own))
        }
      }
    }
  }

  @Test("S30: other tunnels, other protocols and answers of the collector are copied")
  func others() throws {
    for ends in [Self.v4, Self.v6] {
      let own = TunnelGuard(header: .gretap(key: 0x1111), remote: ends.remote, local: ends.local)
      let packet = OuterPacket(from: ends.local, to: ends.remote, key: 0x1111)
      #expect(try isCopied(OuterPacket(from: ends.remote, to: ends.local, key: 0x1111).frame, own))
      #expect(try isCopied(OuterPacket(from: ends.local, to: ends.remote, key: 0x1112).frame, own))
      #expect(try isCopied(OuterPacket(from: ends.local, to: ends.remote, key: nil).frame, own))
      #expect(try isCopied(packet.changed { $0.ipProtocol = 17 }, own))
      #expect(try isCopied(packet.changed { $0.greProtocol = .ipv4 }, own))
      #expect(try isCopied(packet.changed { $0.from = ends.remote }, own))
      #expect(
        try isCopied(.ethernet(type: EtherType(rawValue: 0x0806), payload: [UInt8](repeating: 0, count: 46)), own))
    }
  }

  @Test("S30: every octet of both addresses counts")
  func addresses() throws {
    for ends in [Self.v4, Self.v6] {
      let own = TunnelGuard(header: .gretap(key: nil), remote: ends.remote, local: ends.local)
      for position in ends.remote.octets.indices {
        let other = OuterPacket.flip(ends.remote, position)
        #expect(try isCopied(OuterPacket(from: ends.local, to: other, key: nil).frame, own))
        #expect(try isCopied(OuterPacket(from: OuterPacket.flip(ends.local, position), to: ends.remote).frame, own))
      }
    }
  }

  @Test("S30: with no local address, whoever sends to the collector is taken for the tunnel")
  func anySource() throws {
    let own = TunnelGuard(header: .gretap(key: nil), remote: Self.v4.remote, local: nil)
    #expect(try !isCopied(OuterPacket(from: .v4([192, 0, 2, 1]), to: Self.v4.remote).frame, own))
  }

  @Test("S41: whatever bears the mark is a copy, whatever has become of it; other bits of the mark do not matter")
  func mark() throws {
    let own = TunnelGuard(header: .gretap(key: nil), remote: Self.v4.remote, local: nil, mark: .usual)
    let disguised = OuterPacket(to: .v4([192, 0, 2, 1]), ipProtocol: 50)
    for (mark, isOriginal) in [
      (0x0d00_0000, false), (0x0dff_ffff, false), (0, true), (0x0c00_0000, true), (0x8d00_0000, true),
    ] {
      var frame = disguised.frame
      frame.mark = UInt32(mark)
      #expect(try isCopied(frame, own) == isOriginal, "\(mark)")
    }
    #expect(try !isCopied(OuterPacket(to: Self.v4.remote).frame, own), "by its headers where it has lost the mark")
  }

  @Test("S29, S30: later fragments of own packets are left out, of others they are copied")
  func fragments() throws {
    let own = TunnelGuard(header: .gretap(key: 0x1111), remote: Self.v4.remote, local: Self.v4.local)
    let packet = OuterPacket(from: Self.v4.local, to: Self.v4.remote, key: 0x1111)
    #expect(
      try !isCopied(
        packet.changed {
          $0.fragmentOffset = 185
          $0.key = nil
        }, own))
    #expect(try !isCopied(packet.changed { $0.hasMoreFragments = true }, own))
    #expect(
      try isCopied(
        packet.changed {
          $0.hasMoreFragments = true
          $0.key = 2
        }, own))
    #expect(
      try isCopied(
        packet.changed {
          $0.fragmentOffset = 185
          $0.ipProtocol = 17
        }, own))
    #expect(
      try isCopied(
        packet.changed {
          $0.fragmentOffset = 185
          $0.to = Self.v4.local
        }, own))
  }

  @Test("S30: the tunnel sends no IP options, so a packet that has some is another's, whatever they look like")
  func options() throws {
    let own = TunnelGuard(header: .gretap(key: 0x1111), remote: Self.v4.remote, local: nil)
    let packet = OuterPacket(to: Self.v4.remote, key: 2)
    #expect(try isCopied(packet.changed { $0.options = [0x20, 0, 0x65, 0x58, 0, 0, 0x11, 0x11] }, own))
  }

  @Test("S30: with a choice of VLANs, both have to fit")
  func withVLANs() throws {
    let tags = FrameMatch.Tags(
      tagged: VLANSet([10]), untagged: false, priorityTagged: false, protocols: .any)
    let own = TunnelGuard(header: .gretap(key: nil), remote: Self.v4.remote, local: nil)
    let program = try #require(FrameMatch(tags: tags, excludedTunnel: own).program)
    func isHit(_ packet: OuterPacket, vlan: UInt16) -> Bool {
      var frame = packet.frame
      frame.tag = Frame.Tag(vlan)
      return BPFMachine.run(program, on: frame) != 0
    }
    let (mine, other) = (OuterPacket(to: Self.v4.remote), OuterPacket(to: .v4([10, 0, 0, 9])))
    #expect(isHit(other, vlan: 10))
    #expect(!isHit(other, vlan: 11))
    #expect(!isHit(mine, vlan: 10))
  }
}
