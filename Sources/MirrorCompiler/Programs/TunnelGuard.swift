import NetworkTypes
import TrafficControl

/// The outer packets of a tunnel, as they are recognised on its underlay: by the mark that copies bear, which stays with them where
/// they are encapsulated once more, encrypted or rewritten on this host, else by their headers.
struct TunnelGuard: Hashable, Sendable {
  var header: Tunnel.Header
  var remote: IPAddress
  var local: IPAddress?
  /// `nil` where copies cannot be marked.
  var mark: PacketMark?

  private var protocolNumber: UInt32 {
    switch header {
    case .gretap, .erspan: 47
    case .vxlan, .geneve: 17
    }
  }

  /// Jumps to the label for packets of the tunnel, fragments included; falls through for all others.
  ///
  /// A later fragment shows its addresses and protocol only: it counts as the tunnel's if these fit.
  func emit(into assembler: inout BPFAssembler, own: BPFAssembler.Label) {
    let tagged = assembler.newLabel()
    let header = assembler.newLabel()
    let other = assembler.newLabel()
    if let mark {
      assembler.loadMetadata(.mark)
      if mark.mask != .max { assembler.and(mark.mask) }
      assembler.jump(ifEqual: mark.value, to: own)
    }
    assembler.loadHalf(at: 12)
    assembler.jump(ifEqual: UInt32(EtherType.dot1Q.rawValue), to: tagged)
    assembler.jump(ifEqual: UInt32(EtherType.dot1AD.rawValue), to: tagged)
    assembler.setIndex(0)
    assembler.jump(to: header)
    assembler.place(tagged)
    assembler.setIndex(4)
    assembler.place(header)
    switch remote {
    case .v4: emitV4(into: &assembler, own: own, other: other)
    case .v6: emitV6(into: &assembler, own: own, other: other)
    }
    assembler.jump(to: own)
    assembler.place(other)
  }

  private func emitV4(into assembler: inout BPFAssembler, own: BPFAssembler.Label, other: BPFAssembler.Label) {
    assembler.loadHalf(atIndexPlus: 12)
    assembler.jump(unlessEqual: UInt32(EtherType.ipv4.rawValue), to: other)
    assembler.loadByte(atIndexPlus: 14)
    assembler.jump(unlessEqual: 0x45, to: other)
    assembler.loadByte(atIndexPlus: 23)
    assembler.jump(unlessEqual: protocolNumber, to: other)
    emitAddress(remote, at: 30, into: &assembler, other: other)
    if let local { emitAddress(local, at: 26, into: &assembler, other: other) }
    assembler.loadHalf(atIndexPlus: 20)
    assembler.and(0x1fff)
    let first = assembler.newLabel()
    assembler.jump(ifEqual: 0, to: first)
    assembler.jump(to: own)
    assembler.place(first)
    emitHeader(at: 34, into: &assembler, other: other)
  }

  /// Behind the IPv6 header there may be a fragment header, next header 44 (RFC 8200, 4.5).
  private func emitV6(into assembler: inout BPFAssembler, own: BPFAssembler.Label, other: BPFAssembler.Label) {
    let whole = assembler.newLabel()
    let first = assembler.newLabel()
    assembler.loadHalf(atIndexPlus: 12)
    assembler.jump(unlessEqual: UInt32(EtherType.ipv6.rawValue), to: other)
    emitAddress(remote, at: 38, into: &assembler, other: other)
    if let local { emitAddress(local, at: 22, into: &assembler, other: other) }
    assembler.loadByte(atIndexPlus: 20)
    assembler.jump(ifEqual: protocolNumber, to: whole)
    assembler.jump(unlessEqual: 44, to: other)
    assembler.loadByte(atIndexPlus: 54)
    assembler.jump(unlessEqual: protocolNumber, to: other)
    assembler.loadHalf(atIndexPlus: 56)
    assembler.and(0xfff8)
    assembler.jump(ifEqual: 0, to: first)
    assembler.jump(to: own)
    assembler.place(first)
    emitHeader(at: 62, into: &assembler, other: other)
    assembler.jump(to: own)
    assembler.place(whole)
    emitHeader(at: 54, into: &assembler, other: other)
  }

  private func emitAddress(
    _ address: IPAddress, at offset: UInt32, into assembler: inout BPFAssembler, other: BPFAssembler.Label
  ) {
    let octets = address.octets
    for start in stride(from: 0, to: octets.count, by: 4) {
      let word = octets[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
      assembler.loadWord(atIndexPlus: offset + UInt32(start))
      assembler.jump(unlessEqual: word, to: other)
    }
  }

  /// What follows the outer IP header.
  private func emitHeader(at offset: UInt32, into assembler: inout BPFAssembler, other: BPFAssembler.Label) {
    func expect(_ value: UInt32, at distance: UInt32, mask: UInt32 = .max) {
      assembler.loadWord(atIndexPlus: offset + distance)
      if mask != .max { assembler.and(mask) }
      assembler.jump(unlessEqual: value, to: other)
    }
    switch header {
    case .gretap(nil): expect(0x0000_6558, at: 0)
    case .gretap(let key?):
      expect(0x2000_6558, at: 0)
      expect(key, at: 4)
    case .erspan(.typeI): expect(0x0000_88be, at: 0)
    case .erspan(.typeII(let session, _)):
      expect(0x1000_88be, at: 0)
      expect(0x1000_0000 | UInt32(session), at: 8, mask: 0xf000_03ff)
    case .erspan(.typeIII(let session, _, _)):
      expect(0x1000_22eb, at: 0)
      expect(0x2000_0000 | UInt32(session), at: 8, mask: 0xf000_03ff)
    case .vxlan(let vni, let port, _):
      expect(UInt32(port), at: 0, mask: 0xffff)
      expect(0x0800_0000, at: 8)
      expect(vni << 8, at: 12, mask: 0xffff_ff00)
    case .geneve(let vni, let port):
      expect(UInt32(port), at: 0, mask: 0xffff)
      expect(0x0000_6558, at: 8)
      expect(vni << 8, at: 12, mask: 0xffff_ff00)
    }
  }
}
