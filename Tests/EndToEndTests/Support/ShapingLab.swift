/// The laboratory of shaped copies: a switch that knows VLANs, with a place for every kind of output.
///
///     namespace sw
///       br0 ─┬─ tap1, tap2  VLAN 1 untagged, 10 tagged   (hosts 1 and 2)
///            ├─ tap3        VLAN 111 tagged              (host 3)
///            └─ tap4        VLAN 111 untagged            (host 4)
///       mon0, mon1  wires to analysers
///       up0         underlay of the collector, which says nothing
struct ShapingLab {
  let underlay: TunnelLab
  /// Behind mon0 and mon1.
  let analysers: [NetworkNamespace]

  var first: SwitchLab { underlay.first }
  var sw: NetworkNamespace { underlay.sw }
  var mirrorctl: MirrorCommand { MirrorCommand(in: sw) }

  init(_ topology: Topology) throws {
    underlay = try TunnelLab(topology, hosts: 4, bridge: "vlan_filtering 1", collector: .isSilent)
    let sw = underlay.sw
    try sw.bridge(
      "vlan add dev tap1 vid 10", "vlan add dev tap2 vid 10", "vlan del dev tap3 vid 1", "vlan add dev tap3 vid 111",
      "vlan del dev tap4 vid 1", "vlan add dev tap4 vid 111 pvid untagged")
    analysers = [try underlay.first.addWire("mon0"), try underlay.first.addWire("mon1")]
  }

  /// A frame from host 1 to host 2 with as many bytes, a tag included, that no protocol knows.
  static func frame(_ length: Int, vlan: UInt16? = nil, priority: UInt8 = 0) -> Frame {
    let tags = vlan.map { [Frame.Tag(vlan: $0, priority: priority)] } ?? []
    return Frame(
      to: SwitchLab.address(2), from: SwitchLab.address(1), tags: tags, type: 0x88b6,
      payload: (0..<length - 14 - 4 * tags.count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ length) })
  }

  /// Sends frames from a host, by one socket.
  func send(_ frames: [Frame], from number: Int = 1) throws {
    let socket = try FrameSocket("eth0", in: first.host(number))
    for frame in frames { try socket.send(frame) }
  }

  /// Waits until what was sent before has passed the switch.
  func settle() throws {
    _ = try first.capture(at: 2).drain()
    _ = try Capture("up0", in: sw, barrier: "eth0", in: underlay.world).drain()
  }
}

func withShapingLab(_ body: (ShapingLab) throws -> Void) throws {
  try withTopology { try body(ShapingLab($0)) }
}

/// What the kernel of the switch says of itself.
extension ShapingLab {
  /// Interfaces whose names start with a text.
  func interfaces(like start: String) throws -> [String] {
    let links = try JSONValue(text: Command(["ip", "-json", "link"], in: sw).succeed())
    return (links.elements ?? []).compactMap { $0.text("ifname") }.filter { $0.hasPrefix(start) }
  }

  /// Frames that an interface has received.
  func receivedPackets(by interface: String) throws -> Int {
    let links = try JSONValue(text: Command(["ip", "-json", "-s", "link", "show", "dev", interface], in: sw).succeed())
    guard case .integer(let count)? = links.elements?.first?["stats64"]?["rx"]?["packets"] else {
      throw SupportError("no statistics of \(interface)")
    }
    return count
  }

  /// IPv4 packets that the switch's own host has taken in, the first number of `Ip:` in /proc/net/snmp being its InReceives.
  func ipPackets() throws -> String {
    let text = try Command(["cat", "/proc/net/snmp"], in: sw).succeed()
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("Ip:") }
    guard lines.count == 2, let value = lines[1].split(separator: " ").dropFirst(3).first else {
      throw SupportError("no IP statistics: \(text)")
    }
    return String(value)
  }
}
