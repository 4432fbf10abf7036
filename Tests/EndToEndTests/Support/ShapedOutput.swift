import Testing

/// One way for copies to leave the ``ShapingLab``.
enum ShapedOutput: String, CaseIterable, CustomTestStringConvertible {
  case port, view, tagged, untagged, doubleTagged, gretap, erspan, vxlan

  var testDescription: String { rawValue }

  /// `output_port: …` and the like.
  var words: String {
    switch self {
    case .port: "output_port: mon0"
    case .view: "view: switch, output_port: mon0"
    case .tagged: "output_vlan: {id: 111, ports: [tap3]}"
    case .untagged: "output_vlan: {id: 111, ports: [tap4]}"
    case .doubleTagged: "output_vlan: {id: 111, ports: [tap3], keep_inner: true}"
    case .gretap, .erspan, .vxlan: tunnel?.output() ?? ""
    }
  }

  /// A mirror of what comes in by tap1, with further words such as `snaplen: 64`.
  func mirror(_ more: String...) -> String {
    profile("{" + (["name: m", "bridge: br0", "select_src_port: tap1", words] + more).joined(separator: ", ") + "}")
  }

  private var tunnel: TunnelKind? {
    switch self {
    case .gretap: TunnelKind.all.first { $0.options.contains("gretap") }
    case .erspan: TunnelKind.all.first { $0.options.contains("version: 1") }
    case .vxlan: TunnelKind.all.first { $0.options.contains("vxlan") }
    default: nil
    }
  }

  /// The whole copy of a frame as the analyser sees it.
  func copy(of frame: Frame) -> Frame {
    switch self {
    case .port, .gretap, .erspan, .vxlan: frame
    case .view: frame.tags.isEmpty ? frame.tagged(1) : frame
    case .tagged: frame.tagged(111, priority: frame.tags.first?.priority ?? 0)
    case .untagged: frame.untagged
    case .doubleTagged: frame.with(tags: [Frame.Tag(vlan: 111)] + frame.tags)
    }
  }

  /// The copy of a frame that is cut; the tag of an RSPAN copy counts also where a port sends it without.
  func copy(of frame: Frame, snaplen: Int) -> Frame {
    let whole = copy(of: frame).bytes
    if self == .untagged { return Frame(bytes: Array(whole.prefix(max(snaplen, 18) - 4))) }
    return Frame(bytes: Array(whole.prefix(copy(of: frame).tags.isEmpty ? snaplen : max(snaplen, 18))))
  }

  /// The interface by which copies leave.
  var interface: String {
    switch self {
    case .port, .view: "mon0"
    case .tagged, .doubleTagged: "tap3"
    case .untagged: "tap4"
    case .gretap, .erspan, .vxlan: "up0"
    }
  }

  /// The copies that arrive, without the headers of tunnels.
  func receiver(in lab: ShapingLab) throws -> () throws -> [Frame] {
    let capture: Capture
    switch self {
    case .port, .view: capture = try lab.first.capture(wire: "mon0", to: lab.analysers[0])
    case .tagged, .doubleTagged: capture = try lab.first.capture(at: 3)
    case .untagged: capture = try lab.first.capture(at: 4)
    case .gretap, .erspan, .vxlan: capture = try lab.underlay.capture()
    }
    guard let tunnel else { return capture.drain }
    return { tunnel.contents(of: try Fragments.reassemble(capture.drain())).map(\.frame) }
  }
}
