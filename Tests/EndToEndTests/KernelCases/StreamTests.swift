import Testing

/// Full-size TCP through each kind of output: what the collector gets is what was sent.
@Suite("Kernel cases: TCP", .fullKernel)
struct StreamTests {
  private static let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }

  /// Sends the stream from host 1 to host 2 and gives the frames at the collector.
  private func frames(_ lab: UnderlayLab, _ mirror: String) throws -> [Frame] {
    try lab.mirrorctl.applyWithWarnings(mirror)
    let collector = try lab.capture()
    let received = try TCPTransfer.send(
      Self.bytes, from: lab.first.host(1), to: lab.first.host(2), at: SwitchLab.ip(2))
    #expect(received == Self.bytes)
    return try collector.drain()
  }

  private func expectAll(_ frames: [Frame], sourceLocation: SourceLocation = #_sourceLocation) {
    let stream = TCPTransfer.stream(in: frames)
    #expect(stream.bytes.count == Self.bytes.count, sourceLocation: sourceLocation)
    #expect(stream.bytes == Self.bytes && stream.repeated == 0, sourceLocation: sourceLocation)
  }

  @Test(
    "TCP to a port and to a VLAN, super-frames and all",
    arguments: ["output_port: up0", "output_vlan: {id: 111, ports: [up0]}"])
  func ports(output: String) throws {
    try withUnderlayLab { lab in
      expectAll(try frames(lab, profile("{name: m0, select_src_port: tap1, \(output)}")).map(\.untagged))
    }
  }

  @Test(
    "TCP into each tunnel; over IPv6 with frames that the underlay holds",
    arguments: [0, 1, 3, 6, 7, 10].map { TunnelKind.all[$0] })
  func tunnels(kind: TunnelKind) throws {
    try withUnderlayLab { lab in
      if !kind.isV4 {
        try lab.far.ip("link set dev eth0 mtu 1600")
        try lab.sw.ip("link set dev up0 mtu 1600")
        // A host behind a wire sends no super-frames.
        try Command(["ethtool", "-K", "eth0", "tso", "off", "gso", "off", "tx", "off"], in: lab.first.host(1)).succeed()
      }
      try lab.addUnderlay("up0")
      let packets = try Fragments.reassemble(frames(lab, UnderlayLab.mirror(kind, .ingress)))
      expectAll(kind.contents(of: packets).map(\.frame))
    }
  }
}
