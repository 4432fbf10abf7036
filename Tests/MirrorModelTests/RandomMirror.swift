import MirrorModel
import NetworkTypes
import TestSupport

/// Makes mirrors of every kind that a profile can describe.
enum RandomMirror {
  static func mirror(using generator: inout SeededGenerator) -> PortMirror {
    var mirror = PortMirror(name: "m-\(generator.next() % 100)", output: output(using: &generator))
    mirror.bridge = "br0"
    mirror.administrativeState = generator.happens(oneIn: 4) ? .disabled : .enabled
    mirror.selection = selection(using: &generator)
    mirror.view = generator.happens(oneIn: 2) ? .switch : .wire
    mirror.snaplen = optional(14...65535, using: &generator)
    mirror.sample = optional(1...65535, using: &generator).map {
      Sample(oneIn: $0, choice: $0.isMultiple(of: 2) ? .random : .counted)
    }
    mirror.rate = optional(1...999_999, using: &generator).map {
      RateLimit(
        bitsPerSecond: $0 * [8, 1000, 1_000_000, 1_000_000_000][$0 % 4],
        burstBytes: optional(1...4000, using: &generator).map { $0 << [0, 10, 20][$0 % 3] })
    }
    mirror.normalization = generator.happens(oneIn: 4) ? .wireFrames : .asIs
    mirror.offload = Offload.allCases.randomElement(using: &generator) ?? .auto
    mirror.hook = HookKind.allCases.randomElement(using: &generator) ?? .auto
    if mirror.hook != .tcx { mirror.order = FilterOrder.allCases.randomElement(using: &generator) ?? .first }
    mirror.cyclePolicy = generator.happens(oneIn: 4) ? .allow : .refuse
    return mirror
  }

  private static func selection(using generator: inout SeededGenerator) -> Selection {
    var selection = Selection()
    selection.scope =
      generator.happens(oneIn: 3)
      ? .everyPort : .ports(source: patterns(0...3, using: &generator), destination: patterns(0...3, using: &generator))
    let vlans = (0..<Int.random(in: 0...5, using: &generator)).flatMap { _ in
      let low = UInt16.random(in: 0...4090, using: &generator)
      return Array(low...(low + UInt16.random(in: 0...4, using: &generator)))
    }
    selection.vlans = vlans.isEmpty ? nil : VLANSet(vlans)
    let filters = [
      "tcp", "a \"b\" \\c", "line\nbreak\tand tab", "é 🦅 \u{85} \u{2028} \u{feff} \u{7f}", "  spaces  ",
      "# no: comment", "{[&*!|>%@`'",
    ]
    selection.filter = generator.happens(oneIn: 2) ? filters.randomElement(using: &generator) : nil
    return selection
  }

  private static func patterns(_ count: ClosedRange<Int>, using generator: inout SeededGenerator) -> [PortPattern] {
    let texts = [
      "tap1", "vnet*", "*", "e?h[0-9]", "[!a]x", "10", "null", "true", "-", "#x", "ü", "a,b", "{", "'\"\\",
    ]
    return texts.shuffled(using: &generator).prefix(Int.random(in: count, using: &generator)).map(PortPattern.init)
  }

  private static func output(using generator: inout SeededGenerator) -> Output {
    switch generator.next() % 3 {
    case 0:
      let names = ["out0", "100", "no", "x@y", "%s", "~"].shuffled(using: &generator)
      return .ports(Array(names.prefix(Int.random(in: 1...3, using: &generator))))
    case 1:
      let ports = generator.happens(oneIn: 2) ? patterns(1...3, using: &generator) : nil
      var output = VLANOutput(id: UInt16.random(in: 1...4094, using: &generator), ports: ports)
      output.innerTag = generator.happens(oneIn: 3) ? .kept : .replaced
      output.ingressPort = generator.happens(oneIn: 3) ? .included : .excluded
      return .vlan(output)
    default:
      return .tunnel(tunnel(using: &generator))
    }
  }

  private static func tunnel(using generator: inout SeededGenerator) -> TunnelOutput {
    var isV4 = generator.happens(oneIn: 2)
    var output = TunnelOutput(
      encapsulation: encapsulation(using: &generator), remote: address(isV4: isV4, using: &generator))
    if case .erspan(let erspan) = output.encapsulation, erspan.version == 0 {
      output.remote = address(isV4: true, using: &generator)
      isV4 = true
    }
    // geneve has neither.
    if case .geneve = output.encapsulation {
    } else {
      output.local = generator.happens(oneIn: 2) ? address(isV4: isV4, using: &generator) : nil
      output.device = generator.happens(oneIn: 3) ? "eth0" : nil
    }
    output.ttl = optional(1...255, using: &generator)
    output.tos = optional(0...255, using: &generator)
    return output
  }

  private static func encapsulation(using generator: inout SeededGenerator) -> TunnelOutput.Encapsulation {
    switch generator.next() % 4 {
    case 0: return .gretap(key: optional(0...UInt32.max, using: &generator))
    case 1:
      return .vxlan(vni: .random(in: 0...0xff_ffff, using: &generator), port: optional(1...65535, using: &generator))
    case 2:
      return .geneve(vni: .random(in: 0...0xff_ffff, using: &generator), port: optional(1...65535, using: &generator))
    default:
      var erspan = ERSPAN(version: .random(in: 0...2, using: &generator))
      if erspan.version > 0 { erspan.sessionID = optional(0...1023, using: &generator) }
      if erspan.version == 1 { erspan.index = optional(0...0xf_ffff, using: &generator) }
      if erspan.version == 2 {
        erspan.direction = ERSPAN.Direction.allCases.randomElement(using: &generator)
        erspan.hardwareID = optional(0...63, using: &generator)
      }
      return .erspan(erspan)
    }
  }

  private static func address(isV4: Bool, using generator: inout SeededGenerator) -> IPAddress {
    let octets = (0..<(isV4 ? 3 : 15)).map { _ in
      generator.happens(oneIn: 3) ? 0 : UInt8.random(in: 0...255, using: &generator)
    }
    return isV4 ? .v4([10] + octets) : .v6([0x20] + octets)
  }

  private static func optional<Number: FixedWidthInteger>(
    _ range: ClosedRange<Number>, using generator: inout SeededGenerator
  ) -> Number? {
    generator.happens(oneIn: 2) ? Number.random(in: range, using: &generator) : nil
  }
}
