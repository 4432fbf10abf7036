import FoundationEssentials
import Testing

/// The commands for Linux bridges that `import ovs` writes as comments.
@Suite("VLANs of imported bridges", .fullKernel)
struct ImportVLANTests {
  /// One port's VLANs as `bridge -json vlan show` has them.
  private struct Membership: Decodable {
    struct VLAN: Decodable {
      let vlan: Int
      let vlanEnd: Int?
      let flags: [String]?
    }

    let ifname: String
    let vlans: [VLAN]

    /// `10*u` is a PVID that leaves untagged.
    var summary: String {
      vlans.map { vlan in
        let range = vlan.vlanEnd.map { "\(vlan.vlan)-\($0)" } ?? "\(vlan.vlan)"
        let flags = vlan.flags ?? []
        return range + (flags.contains("PVID") ? "*" : "") + (flags.contains("Egress Untagged") ? "u" : "")
      }.joined(separator: " ")
    }
  }

  @Test("The commands run as they are and give the ports the VLANs that they had")
  func commands() throws {
    let file =
      #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/GoldenImports/vlans/profile.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let commands = text.split(separator: "\n").filter { $0.hasPrefix("#   ") }.map { $0.dropFirst(4) }
    let expected = [
      "access": "10*u", "access0": "3*u", "br0": "1*u", "every": "1-2 3*u 4-4094", "implicit": "10*u",
      "natag": "1-2 4-29 30* 31-4094", "natag0": "1-2 3*u 4-4094", "natag10": "10 30*", "naunt": "10 20*u",
      "tagged": "10 20", "trunk": "2 3*u 10 20-22", "trunk-tag": "20",
    ]
    try withTopology { topology in
      let namespace = try topology.makeNamespaces(["sw"])[0]
      try namespace.ip("link add br0 type bridge")
      for port in expected.keys where port != "br0" {
        try namespace.ip("link add \(port) type dummy", "link set \(port) master br0")
      }
      try Command(["bash", "-eu"], input: commands.joined(separator: "\n"), in: namespace).succeed()
      let shown = try Command(["bridge", "-json", "-compressvlans", "vlan", "show"], in: namespace).succeed()
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let ports = try decoder.decode([Membership].self, from: Data(shown.utf8))
      #expect(Dictionary(ports.map { ($0.ifname, $0.summary) }) { first, _ in first } == expected, "\(shown)")
    }
  }
}
