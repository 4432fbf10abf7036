import Testing

/// The laboratory itself, without any mirror: what the other suites rely on.
@Suite("Laboratory", .oneKernel)
struct SmallKernelTopologyTests {
  @Test("hosts reach each other, and a third sees nothing but the flooded request")
  func reachability() throws {
    try withSwitchLab(hosts: 3) { lab in
      let bystander = try lab.capture(at: 3)
      try lab.ping(from: 1, to: 2)
      let frames = try bystander.drain()
      #expect(frames.map(\.isARP) == [true], "\(frames)")
      #expect(try bystander.drain().isEmpty)
    }
  }

  @Test("frames keep their VLAN tags from one end to the other")
  func tags() throws {
    try withSwitchLab(hosts: 2) { lab in
      let capture = try lab.capture(at: 2)
      let plain = Frame.udp(1, to: SwitchLab.address(2), from: SwitchLab.address(1))
      let sent = [
        plain, plain.tagged(10, priority: 5), plain.with(tags: [.init(vlan: 7, type: 0x88a8), .init(vlan: 10)]),
      ]
      for frame in sent { try lab.send(frame, from: 1) }
      #expect(try capture.drain() == sent)
    }
  }

  @Test("a mirror made by hand delivers, so that a missing copy is not the laboratory's fault")
  func handMadeMirror() throws {
    try withSwitchLab(hosts: 3) { lab in
      try lab.sw.tc(
        "qdisc add dev tap1 clsact",
        "filter add dev tap1 egress pref 1 protocol all u32 match u32 0 0 action mirred egress mirror dev tap3")
      try lab.ping(from: 1, to: 2)
      let capture = try lab.capture(at: 3)
      try lab.ping(from: 1, to: 2)
      #expect(try capture.drain().map(\.isEchoReply) == [true, true])
    }
  }
}
