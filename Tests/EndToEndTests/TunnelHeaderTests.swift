import Testing

/// S28: what every type of tunnel looks like on the wire, field by field.
@Suite("Tunnel headers", .fullKernel)
struct TunnelHeaderTests {
  @Test(
    "S28: every field of the headers, the frame byte for byte after them; no trace is left", arguments: TunnelKind.all)
  func header(kind: TunnelKind) throws {
    try withTunnelLab(collector: .isSilent) { lab in
      let before = try KernelDump(of: lab.sw)
      let mirrorctl = MirrorCommand(in: lab.sw)
      let mirror = profile(
        "{name: m3, bridge: br0, select_src_port: tap1, \(kind.output("ttl: 33, dscp: 46"))}")
      try mirrorctl.applyWithWarnings(mirror)
      let again = try mirrorctl.run("plan", "-f", "-", profile: mirror)
      #expect(again.status == 0, "S34: nothing is left to do: \(again)")
      let uplink = try lab.capture()
      let plain = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1), bytes: 100)
      let frames = [plain, plain.tagged(0x123, priority: 5)]
      for frame in frames { try lab.first.send(frame, from: 1) }

      let packets = try uplink.drain().tunnelled
      let contents = kind.contents(of: packets)
      #expect(contents.map(\.frame) == frames)
      for (packet, frame) in zip(packets, frames) {
        #expect(packet.source == (kind.isV4 ? TunnelLab.uplink : TunnelLab.uplink6))
        #expect(packet.destination == (kind.isV4 ? TunnelLab.collector : TunnelLab.collector6))
        #expect(packet.timeToLive == 33)
        let isForgotten = kind.isERSPAN && !kind.isV4 && !frame.tags.isEmpty
        #expect(packet.service == (isForgotten ? 0 : 46 << 2), "ip6erspan knows it for IP packets only")
        #expect(packet.protocolNumber == kind.protocolNumber)
      }
      for (number, content) in contents.enumerated() {
        Self.expectFields(content.header, of: kind, number: UInt32(number), vlan: number == 0 ? nil : 0x123)
      }
      #expect(try mirrorctl.status("m3").packets == frames.count)
      try mirrorctl.clear()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  private static func expectFields(_ header: [UInt8], of kind: TunnelKind, number: UInt32, vlan: UInt16?) {
    let text = Comment(rawValue: header.hexadecimal(separator: " "))
    switch (kind.isGRE, header.count) {
    case (true, 8): #expect((header.long(at: 0), header.long(at: 4)) == (0x2000_6558, 0x1111), text)
    case (true, 4): #expect(header.long(at: 0) == 0x0000_88be, text)
    case (true, 16):
      #expect(header.long(at: 0) == 0x1000_88be, text)
      #expect(header.long(at: 4) == number, "the sequence number: \(text)")
      expectERSPAN(header.long(at: 8), version: 1, vlan: vlan, kind, text)
      #expect(header.long(at: 12) == TunnelKind.index, text)
    case (true, _):
      #expect(header.long(at: 0) == 0x1000_22eb, text)
      #expect(header.long(at: 4) == number, "the sequence number: \(text)")
      expectERSPAN(header.long(at: 8), version: 2, vlan: vlan, kind, text)
      #expect(header.long(at: 12) != 0, "the time stamp: \(text)")
      #expect(header.word(at: 16) == 0, "the security group tag: \(text)")
      let last = header.word(at: 18)
      #expect(last >> 15 == 1, "P: \(text)")
      #expect(last >> 10 & 0x1f == 0, "FT: \(text)")
      #expect(last >> 4 & 0x3f == TunnelKind.hardwareID, text)
      #expect(last >> 3 & 1 == 1, "D: \(text)")
      #expect(last & 7 == 0, "Gra is 100 microseconds, O is not set: \(text)")
    case (false, _):
      let isVXLAN = kind.options.contains("vxlan")
      #expect(header.word(at: 2) == (isVXLAN ? 4790 : 6082), "the port: \(text)")
      #expect((header.word(at: 6) == 0) == kind.isV4, "a UDP checksum over IPv6 only: \(text)")
      #expect(header.long(at: 8) == (isVXLAN ? 0x0800_0000 : 0x0000_6558), "flags, version, protocol: \(text)")
      #expect(header.long(at: 12) == TunnelKind.vni << 8, text)
    }
  }

  /// Version, VLAN, class of service, En or BSO, T and session.
  private static func expectERSPAN(
    _ word: UInt32, version: UInt32, vlan: UInt16?, _ kind: TunnelKind, _ text: Comment
  ) {
    #expect(word >> 28 == version, text)
    #expect(word >> 16 & 0xfff == UInt32(vlan ?? 0), text)
    // Linux takes the class of service from the IP packet, which it takes for one of the underlay's family: here IPv4 read
    // as IPv6.
    #expect(word >> 13 & 7 == (kind.isV4 ? 0 : 2), text)
    #expect(word >> 11 & 3 == (vlan != nil && version == 1 ? 3 : 0), "En: the tag is in the frame; BSO: good: \(text)")
    #expect(word >> 10 & 1 == 0, "not cut: \(text)")
    #expect(word & 0x3ff == UInt32(TunnelKind.session) + version - 1, text)
  }
}
