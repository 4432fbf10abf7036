import Testing

/// Untagged, tagged and doubly tagged frames, both ways, at access ports and trunks: the copy is what is on the wire.
@Suite("Kernel cases: tags", .fullKernel)
struct TagMatrixTests {
  private static let memberships = ["vid 10 pvid untagged", "vid 10", "vid 10 pvid"]
  private static let outputs = ["output_port: up0", TunnelKind.all[0].output()]

  @Test(
    "S13: tags × ingress, egress × access, trunk, trunk with a native VLAN: copies show the frame as the wire does",
    arguments: memberships, MirroredSide.allCases)
  func matrix(membership: String, side: MirroredSide) throws {
    try withUnderlayLab(bridge: "vlan_filtering 1") { lab in
      try lab.addUnderlay("up0")
      try lab.sw.bridge(
        "vlan del dev tap1 vid 1", "vlan add dev tap1 \(membership)", "vlan del dev tap2 vid 1",
        "vlan add dev tap2 vid 10 pvid")
      let (collector, wire) = (try lab.capture(), try lab.first.capture(at: 1))
      let near = side == .ingress ? 1 : 2
      let plain = Frame.udp(1, to: .broadcast, from: SwitchLab.address(near))
      let tags: [[Frame.Tag]] = [
        [], [.init(vlan: 10, priority: 5)], [.init(vlan: 0, priority: 3)], [.init(vlan: 999)],
        [.init(vlan: 10, priority: 1), .init(vlan: 20, priority: 2)], [.init(vlan: 10, type: 0x88a8), .init(vlan: 20)],
      ]
      for output in Self.outputs {
        try lab.mirrorctl.applyWithWarnings(profile("{name: m0, bridge: br0, \(side.selection), \(output)}"))
        for tags in tags { try lab.first.send(plain.with(tags: tags), from: near) }
        let crossed = side == .ingress ? tags.map { plain.with(tags: $0) } : try wire.drain()
        let frames = try collector.drain()
        let isTunnel = output.contains("tunnel")
        let copies = isTunnel ? TunnelKind.all[0].contents(of: frames.compactMap(\.packet)).map(\.frame) : frames
        #expect(copies == crossed, "\(output)")
        #expect(crossed.count >= 4)
      }
    }
  }

  @Test("S13: a tag that a packet socket of the host has written into the frame is on the copy")
  func packetSocket() throws {
    try withUnderlayLab { lab in
      let collector = try lab.capture()
      try lab.mirrorctl.apply(profile("{name: m0, select_dst_port: tap1, output_port: up0}"))
      let frame = Frame.udp(1, to: SwitchLab.address(1), from: SwitchLab.address(9))
      let sent = [frame.tagged(10), frame.with(tags: [.init(vlan: 10), .init(vlan: 20)])]
      let sender = try FrameSocket("tap1", in: lab.sw)
      for frame in sent { try sender.send(frame) }
      #expect(try collector.drain() == sent)
    }
  }
}
