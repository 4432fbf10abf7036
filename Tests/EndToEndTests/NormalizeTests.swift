import Testing

/// S18: copies as frames that a wire could have carried.
///
/// Hosts 1 and 2 talk by TCP and by UDP in segments, untagged and in VLAN 10, IPv4 and IPv6; all of it is copied where it
/// enters by tap1, and where it leaves by tap1.
@Suite("Normalized copies", .fullKernel)
struct NormalizeTests {
  private static let selection = "bridge: br0, select_src_port: tap1, select_dst_port: tap1"
  private static let streamed = (0..<120_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
  private static let segmented = (0..<12_600).map { UInt8(truncatingIfNeeded: $0 &* 17) }

  private func prepare(_ lab: ShapingLab) throws -> [Conversation] {
    let hosts = (1...2).map(lab.first.host)
    for (host, number) in zip(hosts, [UInt8(1), 2]) {
      try host.enableIPv6(on: "eth0")
      let other = 3 - number
      try host.ip(
        "link add v10 link eth0 type vlan id 10",
        "link set dev v10 addrgenmode none up", "addr add 10.10.11.\(number)/24 dev v10",
        "addr add fd00:10::\(number)/64 dev eth0 nodad",
        "neigh replace 10.10.11.\(other) lladdr \(SwitchLab.address(Int(other))) dev v10",
        "neigh replace \(SwitchLab.ip(Int(other))) lladdr \(SwitchLab.address(Int(other))) dev eth0",
        "neigh replace fd00:10::\(other) lladdr \(SwitchLab.address(Int(other))) dev eth0")
      try host.setParameter("ipv6/conf/v10/disable_ipv6", to: "1")
    }
    let addresses = [
      SwitchLab.ip(2), NetworkAddress("10.10.11.2"),
      NetworkAddress(octets: [0xfd, 0, 0, 0x10] + [UInt8](repeating: 0, count: 11) + [2]),
    ]
    return addresses.map { Conversation(client: hosts[0], server: hosts[1], address: $0) }
  }

  /// The copies of everything that the hosts said, by conversation.
  private func copies(_ output: ShapedOutput, _ more: String) throws -> [[Frame]] {
    try withTopology { topology in
      let lab = try ShapingLab(topology)
      if output == .gretap { try lab.underlay.setUnderlayMTU(65000) }
      let conversations = try prepare(lab)
      let receive = try output.receiver(in: lab)
      try lab.mirrorctl.applyWithWarnings(
        profile("{name: m, \(Self.selection), \(output.words)\(more)}"))
      return try conversations.map { conversation in
        try conversation.stream(Self.streamed, port: 5001)
        try conversation.datagrams(Self.segmented, of: 1400, port: 5002)
        return try receive().filter { [Packet.tcp, Packet.udp].contains($0.packet?.protocolNumber) }
      }
    }
  }

  private func sent(_ frames: [Frame], _ number: UInt8, port: UInt16) -> [Frame] {
    frames.filter { $0.packet?.protocolNumber == number && $0.packet?.payload.word(at: 2) == port }
  }

  @Test(
    "S18: as they are: copies longer than any frame, checksums that nobody has computed",
    arguments: [ShapedOutput.port, .tagged])
  func asTheyAre(output: ShapedOutput) throws {
    for frames in try copies(output, "") {
      #expect(sent(frames, Packet.tcp, port: 5001).contains { $0.untagged.bytes.count > 1514 })
      #expect(frames.contains { !$0.hasRightChecksums })
    }
  }

  @Test(
    "S18: normalize: no copy longer than a frame of its port, all checksums right, no byte lost or doubled",
    arguments: [ShapedOutput.port, .view, .tagged, .untagged, .doubleTagged, .gretap, .erspan, .vxlan])
  func normalized(output: ShapedOutput) throws {
    for frames in try copies(output, ", normalize: true") {
      #expect(frames.map(\.untagged.bytes.count).max() == 1514)
      let wrong = frames.filter { !$0.hasRightChecksums }
      #expect(wrong.isEmpty, "\(wrong.count) of \(frames.count): \(wrong.prefix(3))")
      var data: [UInt32: [UInt8]] = [:]
      for segment in sent(frames, Packet.tcp, port: 5001) where !segment.transportData.isEmpty {
        data[segment.packet?.payload.long(at: 4) ?? 0] = segment.transportData
      }
      #expect(data.sorted { $0.key < $1.key }.flatMap(\.value) == Self.streamed, "the stream in segments")
      let datagrams = sent(frames, Packet.udp, port: 5002)
      #expect(datagrams.map(\.transportData.count) == [Int](repeating: 1400, count: 9))
      #expect(datagrams.flatMap(\.transportData) == Self.segmented)
    }
  }

  @Test("S16 to S18 together: normalized, picked, cut and counted in full")
  func together() throws {
    try withShapingLab { lab in
      let conversation = try prepare(lab)[0]
      let receive = try ShapedOutput.port.receiver(in: lab)
      try lab.mirrorctl.apply(ShapedOutput.port.mirror("filter: udp, normalize: true, snaplen: 60, sample: 3"))
      try conversation.datagrams(Self.segmented, of: 1400, port: 5002)
      let frames = try receive()
      #expect(frames.map(\.bytes.count) == [60, 60, 60])
      let status = try lab.mirrorctl.status("m")
      #expect(status.packets == 3)
      #expect(status.bytes == 3 * 1442)
    }
  }

  @Test("S15, S18: what is left over of a normalized copy does not reach this host", arguments: ShapedOutput.allCases)
  func leftOver(output: ShapedOutput) throws {
    try withShapingLab { lab in
      try lab.mirrorctl.apply(output.mirror("normalize: true"))
      let hop = try #require(lab.interfaces(like: "mch").first { $0.hasSuffix("p") })
      let before = try lab.receivedPackets(by: hop)
      let counted = try lab.ipPackets()
      try lab.send([Frame.udp(1, to: .broadcast, from: SwitchLab.address(1)).tagged(10)])
      try lab.settle()
      #expect(try lab.receivedPackets(by: hop) > before)
      #expect(try lab.ipPackets() == counted)
    }
  }
}
