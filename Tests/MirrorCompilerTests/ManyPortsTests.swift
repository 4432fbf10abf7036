import MirrorCompiler
import MirrorModel
import TestSupport
import Testing
import TrafficControl

@Suite("S49: bridges of many ports")
struct ManyPortsTests {
  /// Those of a bridge whose members are all alike.
  private func filters(_ mirror: String, ports count: Int) throws -> [Filter] {
    let host = Hosts.bridge((0..<count).map { "p\($0)" })
    let profile = try ProfileText.profile("{name: m0, bridge: br0, \(mirror), output_port: eth0}")
    return Array(try MirrorCompiler([profile], on: host).compile().desired.filters.values)
  }

  /// Work that grew with the square or the cube of the ports would not come to its end here.
  @Test(
    "S49: filters grow with the number of ports, and so does the work",
    arguments: [
      ("select_all: true", 1, 1), ("select_src_port: \"p*\"", 1, 0), ("select_dst_port: \"p*\"", 2, 1),
    ])
  func growth(mirror: String, each: Int, more: Int) throws {
    for count in [250, 2000] { #expect(try filters(mirror, ports: count).count == each * count + more) }
  }

  @Test("S12, S49: a broadcast is copied at the first destination port, and what came in by that at the second")
  func groups() throws {
    let devices = Dictionary(grouping: try filters("select_dst_port: \"p*\"", ports: 500), by: \.key.point.device)
    func matches(_ device: String) -> Set<FlowerMatch> {
      Set(
        (devices[device] ?? []).compactMap { filter in
          if case .flower(let match) = filter.classifier { match } else { nil }
        })
    }
    #expect(devices["p0"]?.map(\.classifier) == [.bpf(.matchAll)])
    #expect(
      matches("p1") == [
        FlowerMatch(inputDevice: "p0", destination: .broadcast), FlowerMatch(inputDevice: "lo"),
        FlowerMatch(destination: .broadcast), FlowerMatch(),
      ])
    for device in ["p2", "p250", "p499"] {
      #expect(matches(device) == [FlowerMatch(destination: .broadcast), FlowerMatch()], "\(device)")
    }
  }
}
