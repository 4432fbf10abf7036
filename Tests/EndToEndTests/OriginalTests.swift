import Testing

/// S15: what is switched is the same with a mirror and without, byte for byte and frame for frame, whatever its copies go through
/// and whatever state its output is in.
@Suite("Originals", .fullKernel)
struct OriginalTests {
  /// What is done to copies.
  private static let shapes = [
    "snaplen: 20", "sample: 3", "rate: {rate: 80bit, burst: 2kb}", "normalize: true",
    "snaplen: 64, sample: 2, rate: {rate: 8mbit, burst: 20kb}, normalize: true",
  ]

  /// From host 1: what the bridge forwards, floods and refuses.
  private static let frames: [Frame] = {
    let (one, two) = (SwitchLab.address(1), SwitchLab.address(2))
    let plain = [10, 100, 1472].map { Frame.udp(UInt16($0), to: two, from: one, bytes: $0) }
    let group = Frame.udp(5, to: .broadcast, from: one)
    let stacked = plain[1].with(tags: [.init(vlan: 10, priority: 3), .init(vlan: 99, priority: 6)])
    let service = plain[0].with(tags: [.init(vlan: 10, type: 0x88a8)])
    return plain + [14, 60, 1514].map { ShapingLab.frame($0) } + [20, 64, 1518].map { ShapingLab.frame($0, vlan: 10) }
      + [group, group.tagged(10, priority: 7), group.tagged(0, priority: 4), stacked, service, plain[0].tagged(55)]
  }()

  private enum Condition: String, CaseIterable {
    case ready, down, full

    func prepare(_ output: ShapedOutput, in lab: ShapingLab) throws {
      switch self {
      case .ready: break
      case .down: try lab.sw.ip("link set dev \(output.interface) down")
      // No frame fits a queue of one byte.
      case .full: try lab.sw.tc("qdisc replace dev \(output.interface) root bfifo limit 1")
      }
    }

    func restore(_ output: ShapedOutput, in lab: ShapingLab) throws {
      switch self {
      case .ready: break
      case .down:
        try lab.sw.ip("link set dev \(output.interface) up")
        try lab.sw.awaitForwarding()
      case .full: try lab.sw.tc("qdisc del dev \(output.interface) root")
      }
    }
  }

  @Test("S15: an unmirrored switch and a mirrored one deliver the same", arguments: ShapedOutput.allCases)
  func unchanged(output: ShapedOutput) throws {
    try withShapingLab { lab in
      let guest = try lab.first.capture(at: 2)
      func deliver() throws -> [Frame] {
        try lab.send(Self.frames)
        return try guest.drain()
      }
      let expected = try deliver()
      #expect(expected.count > 12 && expected.count <= Self.frames.count)
      for shape in Self.shapes {
        try lab.mirrorctl.applyWithWarnings(output.mirror(shape))
        for condition in Condition.allCases {
          try condition.prepare(output, in: lab)
          #expect(try deliver() == expected, "\(shape), \(condition.rawValue)")
          try condition.restore(output, in: lab)
        }
      }
      // The other side: what leaves by tap2 is copied.
      for shape in Self.shapes {
        try lab.mirrorctl.applyWithWarnings(
          profile("{name: m, bridge: br0, select_dst_port: tap2, \(output.words), \(shape)}"))
        #expect(try deliver() == expected, "leaving: \(shape)")
      }
    }
  }
}
