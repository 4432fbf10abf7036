import Testing

/// The kernel's test mirror_vlan: the output is a VLAN device.
@Suite("Kernel cases: mirror_vlan", .fullKernel)
struct MirrorVLANTests {
  @Test(
    "mirror_vlan: vlan, tagged_vlan: copies are in VLAN 555; an original's own tag stays, below it",
    arguments: MirroredSide.allCases)
  func vlan(side: MirroredSide) throws {
    try withUnderlayLab { lab in
      try lab.sw.ip("link add v555 link up0 type vlan id 555", "link set dev v555 up")
      let (far, near) = (side == .ingress ? 2 : 1, side == .ingress ? 1 : 2)
      let plain = Frame.udp(1, to: SwitchLab.address(far), from: SwitchLab.address(near))
      let originals = [plain, plain.tagged(111, priority: 3), plain.with(tags: [.init(vlan: 20), .init(vlan: 30)])]
      let collector = try lab.capture()
      func copies() throws -> [Frame] {
        for frame in originals { try lab.first.send(frame, from: near) }
        return try collector.drain()
      }
      #expect(try copies() == [])
      try lab.mirrorctl.apply(profile("{name: m0, bridge: br0, \(side.selection), output_port: v555}"))
      let found = try copies()
      #expect(found.map { $0.tags.map(\.vlan) } == [[555], [555, 111], [555, 20, 30]])
      #expect(found.map(\.untagged) == originals.map(\.untagged))
      #expect(found.count == 3 && found[1].tags[1].priority == 3)
      #expect(try lab.traffic(at: collector).filter { $0.tags == [.init(vlan: 555)] }.kinds == side.tenFrames)
      try lab.mirrorctl.clear()
      #expect(try copies() == [])
    }
  }
}
