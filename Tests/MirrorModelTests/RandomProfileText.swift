import MirrorModel
import TestSupport

/// Writes texts that have the shape of profiles: the keys are right for the most part, the values are anything.
struct RandomProfileText {
  private var generator: SeededGenerator

  static func make(using generator: inout SeededGenerator) -> String {
    var maker = RandomProfileText(generator: SeededGenerator(seed: generator.next()))
    return maker.document()
  }

  private mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[generator.number(below: elements.count)]
  }

  private mutating func document() -> String {
    let version = generator.happens(oneIn: 20) ? scalar() : "1"
    let mirrors = list(of: generator.number(below: 4)) { $0.mirror() }
    let bridges = list(of: generator.number(below: 2)) {
      "{name: br\($0.generator.number(below: 3)), flood_vlans: \($0.vlans())}"
    }
    let parts = ["version: \(version)", "profile: lab", "mirrors: \(mirrors)", "bridges: \(bridges)"]
    return generator.happens(oneIn: 2) ? "{\(parts.joined(separator: ", "))}" : parts.joined(separator: "\n") + "\n"
  }

  private mutating func list(of count: Int, _ element: (inout RandomProfileText) -> String) -> String {
    "[" + (0..<count).map { _ in element(&self) }.joined(separator: ", ") + "]"
  }

  private mutating func mirror() -> String {
    var entries = ["name: \(generator.happens(oneIn: 10) ? scalar() : "m\(generator.number(below: 100))")"]
    let keys = [
      "enabled", "bridge", "select_all", "select_src_port", "select_dst_port", "select_vlan", "filter", "view",
      "snaplen",
      "sample", "rate", "normalize", "offload", "hook", "order", "force",
    ]
    for key in generator.subset(of: keys) where generator.happens(oneIn: 2) {
      entries.append("\(key): \(value(of: key))")
    }
    if generator.happens(oneIn: 30) { entries.append("\(scalar()): \(anything(depth: 0))") }
    entries.append(output())
    return "{" + entries.joined(separator: ", ") + "}"
  }

  private mutating func value(of key: String) -> String {
    if generator.happens(oneIn: 6) { return anything(depth: 0) }
    switch key {
    case "enabled", "select_all", "normalize", "force": return pick(["true", "false", "yes"])
    case "bridge": return "br0"
    case "select_src_port", "select_dst_port":
      return pick(["tap1", "[tap1, tap2]", "'vnet*'", "['[a-c]x', \"*\"]", "[]"])
    case "select_vlan": return vlans()
    case "view": return pick(["wire", "switch"])
    case "offload": return pick(["auto", "off", "require"])
    case "hook": return pick(["auto", "clsact", "tcx"])
    case "order": return pick(["first", "last"])
    case "sample": return pick(["100", "{one_in: 3, random: true}", "0x10"])
    case "rate": return pick(["200mbit", "{rate: 8bit, burst: 4kb}", "99999999999gbit"])
    default: return pick(["14", "65535", "'tcp port 80'", scalar()])
    }
  }

  private mutating func vlans() -> String { pick(["10", "[1, 20-29]", "0-4094", "[4094-1]", "4095", "-1", "[]"]) }

  private mutating func output() -> String {
    let remote = pick(["10.0.0.1", "'2001:db8::1'", "::", "224.0.0.1", "10.0.0"])
    let type = pick(["gretap", "erspan", "vxlan", "geneve", "gre"])
    let options = pick(["", ", key: 1", ", vni: 16777215", ", version: 2, direction: egress", ", ttl: 0", ", dscp: 64"])
    return pick([
      "output_port: tap3", "output_port: [tap3, tap4]", "output_vlan: 111", "output_vlan: {id: 5, ports: x}",
      "output_tunnel: {type: \(type), remote: \(remote)\(options)}", "output_port: \(scalar())",
    ])
  }

  private mutating func anything(depth: Int) -> String {
    switch generator.number(below: depth > 4 ? 1 : 4) {
    case 1: return list(of: generator.number(below: 4)) { $0.anything(depth: depth + 1) }
    case 2: return "{\(scalar()): \(anything(depth: depth + 1)), \(scalar()): \(anything(depth: depth + 1))}"
    default: return scalar()
    }
  }

  private mutating func scalar() -> String {
    pick([
      "0", "-1", "18446744073709551616", "9223372036854775807", "0x", "0xffffffffffffffffff", "1e3", ".inf", "~",
      "null",
      "''", "\"\\u0000\"", "\"\\U0001F985\"", "a b", "-", "é", "true", "no", "2026-01-01", "'it''s'", "name", "0o7",
      "1_000",
      "\"\\x85\"", String(repeating: "x", count: generator.number(below: 200)), "\(generator.next())",
    ])
  }
}
