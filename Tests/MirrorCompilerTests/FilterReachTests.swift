import MirrorCompiler
import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("S40: never active and blind")
struct FilterReachTests {
  private static let point = HookPoint("tap1", .ingress)
  private static let mirror = "{name: m0, select_src_port: tap1, output_port: eth0}"

  private func host(_ filters: ForeignFilter..., at point: HookPoint = Self.point) -> HostSnapshot {
    var host = Hosts.bridge()
    host.interfaces[point.device]?.classifierQdisc = .clsact
    host.foreignFilters[point] = filters
    return host
  }

  private func result(_ mirrors: String..., on host: HostSnapshot) throws -> Convergence {
    try Convergence([try ProfileText.profile(mirrors.joined(separator: ", "))], on: host)
  }

  private func preferences(_ result: Convergence) -> [UInt16] {
    result.kernel.host.own.filters.keys.map(\.preference).sorted()
  }

  @Test(
    "S40: our filters go before the first of another tool that ends the way, as late as they can",
    arguments: [
      ([(10, .ends)], [8, 9]), ([(512, .ends)], [510, 511]), ([(514, .ends)], [512, 513]),
      ([(513, .ends)], [511, 512]), ([(49152, .ends)], [512, 513]), ([(10, .unknown), (9, .continues)], [7, 8]),
      ([(10, .drops)], [8, 9]), ([(10, .continues)], [512, 513]), ([(2, .ends)], [1, 512]),
    ] as [([(UInt16, ForeignFilter.Verdict)], [UInt16])])
  func placement(filters: [(UInt16, ForeignFilter.Verdict)], expected: [UInt16]) throws {
    var host = host()
    host.foreignFilters[Self.point] = filters.map { ForeignFilter(preference: $0, kind: "u32", verdict: $1) }
    let result = try result(Self.mirror, "{name: m1, select_src_port: tap1, output_port: tap3}", on: host)
    #expect(preferences(result) == expected)
    let isBlind = expected == [1, 512]
    #expect(result.compilation.mirrors.map(\.state) == [.active, isBlind ? .degraded : .active])
  }

  @Test("S40: where no preference is free before it, a filter for every frame makes the mirror degraded")
  func noRoom() throws {
    let all = ForeignFilter(preference: 1, kind: "u32", verdict: .ends)
    var report = try result(Self.mirror, on: host(all)).compilation.mirrors[0]
    #expect(
      report.reasons == [
        "the u32 filter of another tool with preference 1 at tap1 ingress takes every frame before the mirror sees it, and "
          + "no preference before it is free: add it again with a higher one"
      ])
    let program = ForeignFilter(preference: 1, kind: "bpf", name: "watch", verdict: .unknown)
    report = try result(Self.mirror, on: host(program)).compilation.mirrors[0]
    #expect(
      report.reasons.first?.hasPrefix(
        "the bpf filter watch of another tool with preference 1 at tap1 ingress may take every frame ") == true)
    #expect(report.state == .degraded)
  }

  @Test("S40: a filter for some frames is noted")
  func someFrames() throws {
    let some = ForeignFilter(preference: 1, kind: "flower", scope: .someFrames, verdict: .drops)
    let report = try result(Self.mirror, on: host(some)).compilation.mirrors[0]
    #expect(
      report.notes == [
        "the flower filter of another tool with preference 1 at tap1 ingress takes frames before the mirror sees them"
      ])
    #expect(report.state == .active)
  }

  @Test("S13, S40: what is dropped at the egress hook is not on the wire; what is redirected there may be")
  func egress() throws {
    let point = HookPoint("tap1", .egress)
    let mirror = "{name: m0, select_dst_port: tap1, output_port: eth0}"
    var found = try result(mirror, on: host(ForeignFilter(preference: 1, kind: "u32", verdict: .drops), at: point))
    #expect(found.compilation.mirrors[0].state == .active && found.compilation.mirrors[0].notes.isEmpty)
    found = try result(mirror, on: host(ForeignFilter(preference: 1, kind: "u32", verdict: .ends), at: point))
    #expect(found.compilation.mirrors[0].state == .degraded)
  }

  @Test("S40: filters of other chains, of the other hook and behind ours hide nothing")
  func harmless() throws {
    var host = host(
      ForeignFilter(preference: 1, chain: 1, kind: "u32", verdict: .ends),
      ForeignFilter(preference: 600, kind: "u32", verdict: .ends))
    host.foreignFilters[HookPoint("tap1", .egress)] = [ForeignFilter(preference: 1, kind: "u32", verdict: .ends)]
    let found = try result(Self.mirror, on: host)
    #expect(preferences(found) == [512])
    #expect(found.compilation.mirrors[0].state == .active && found.compilation.mirrors[0].notes.isEmpty)
  }

  @Test(
    "S40: a filter of ours moves when such a filter comes later, by one removal and one addition, and stays where it is then",
    arguments: [
      "{name: m0, select_src_port: tap1, output_port: eth0}",
      "{name: m0, bridge: br0, select_src_port: tap1, select_dst_port: tap2, output_port: eth0}",
    ])
  func later(mirror: String) throws {
    let profiles = [try ProfileText.profile(mirror)]
    var found = try Convergence(profiles, on: Hosts.bridge())
    let obstacle = ForeignFilter(preference: 20, kind: "u32", verdict: .ends)
    found.kernel.host.foreignFilters = [Self.point: [obstacle], HookPoint("tap2", .egress): [obstacle]]
    let before = found.kernel.host.own
    try found.apply(profiles)
    let count = before.filters.count
    #expect(found.plan.steps.count == 2 * count)
    for (removal, addition) in zip(found.plan.steps.prefix(count), found.plan.steps.dropFirst()) where count == 1 {
      #expect(removal == .remove(.filter(try #require(before.filters.values.first))))
      if case .add = addition {} else { Issue.record("\(addition)") }
    }
    #expect(preferences(found).allSatisfy { $0 == 19 })
    #expect(found.compilation.mirrors[0].state == .active)
    #expect(try found.rest(profiles).isEmpty)
    found.kernel.host.foreignFilters = [:]
    #expect(try found.rest(profiles).isEmpty, "it has no need to move back")
  }

  @Test(
    "'order: last': our filters are behind all of other tools, those included that come without a preference, and stay there",
    arguments: [
      ([], [49153, 49154]), ([10, 512], [49153, 49154]), ([49152], [49153, 49154]), ([49153], [49154, 49155]),
      ([65534], [65533, 65535]), ([65535], [65533, 65534]),
    ] as [([UInt16], [UInt16])])
  func last(others: [UInt16], expected: [UInt16]) throws {
    var host = host()
    host.foreignFilters[Self.point] = others.map {
      ForeignFilter(preference: $0, kind: "u32", scope: .someFrames, verdict: .ends)
    }
    let profiles = [
      try ProfileText.profile(
        Self.last(Self.mirror) + ", " + Self.last("{name: m1, select_src_port: tap1, output_port: tap3}"))
    ]
    let found = try Convergence(profiles, on: host)
    #expect(preferences(found) == expected)
    #expect(found.compilation.mirrors.allSatisfy { $0.state == .active })
    #expect(!found.compilation.warnings.contains { $0.hasPrefix("tap1 ingress") }, "they are no drops")
    #expect(try found.rest(profiles).isEmpty)
  }

  private static func last(_ mirror: String) -> String {
    mirror.replacing("output_port", with: "order: last, output_port")
  }

  @Test("'order: last': a filter moves behind one that comes later, and to the other side when the order changes")
  func moves() throws {
    let (first, last) = (try ProfileText.profile(Self.mirror), try ProfileText.profile(Self.last(Self.mirror)))
    var found = try Convergence([last], on: host())
    found.kernel.host.foreignFilters[Self.point] = [ForeignFilter(preference: 50000, kind: "u32", verdict: .ends)]
    for (profile, preference) in [(last, UInt16(50001)), (first, 512), (last, 50001)] {
      try found.apply([profile])
      #expect(preferences(found) == [preference])
      #expect(try found.rest([profile]).isEmpty)
    }
    #expect(
      found.compilation.mirrors[0].reasons == [
        "the u32 filter of another tool with preference 50000 at tap1 ingress takes every frame before the mirror sees it, "
          + "as 'order: last' has it"
      ])
  }

  @Test("S10, 'order: last': a mirror with the usual order copies for both")
  func fuller() throws {
    let host = host(ForeignFilter(preference: 9, kind: "u32", verdict: .ends))
    let second = "{name: m1, select_src_port: tap1, output_port: eth0}"
    #expect(preferences(try result(Self.last(Self.mirror), second, on: host)) == [8])
  }

  @Test("S40: a tcx program before the filters makes the mirror degraded; those of many hooks are told of in part")
  func tcx() throws {
    var compilation = try result(
      "{name: m0, select_src_port: \"tap*\", output_port: eth0}", "{name: m1, select_src_port: br0, output_port: eth0}",
      on: Hosts.bridge((1...7).map { "tap\($0)" })
    ).compilation
    #expect(compilation.mirrorPoints.count == 8)
    var other = compilation
    other.add([Self.point: [TCXProgram(id: 42, name: "cil_from"), TCXProgram(id: 7)]])
    #expect(
      other.mirrors.map(\.reasons) == [
        ["tcx programs (id 42, cil_from), (id 7) run before the filters at tap1 ingress and may keep frames from them"],
        [],
      ])
    compilation.add(Dictionary(uniqueKeysWithValues: compilation.mirrorPoints.map { ($0, [TCXProgram(id: 42)]) }))
    #expect(
      compilation.mirrors[0].reasons.first
        == "a tcx program (id 42) runs before the filters at tap1 ingress and may keep frames from them")
    #expect(compilation.mirrors[0].reasons.dropFirst(5) == ["the same at 2 more hooks"])
    #expect(compilation.mirrors.map(\.state) == [.degraded, .degraded])
  }

  @Test("S40: XDP programs and netkit devices are noted where frames are received")
  func earlierWays() throws {
    var host = Hosts.bridge()
    host.interfaces["tap1"]?.xdpProgram = 7
    host.interfaces["tap2"]?.kind = "netkit"
    let receiving = try result("{name: m0, select_src_port: [tap1, tap2], output_port: eth0}", on: host)
    #expect(
      receiving.compilation.mirrors[0].notes == [
        "source tap2: a netkit device, whose programs may send frames past its hooks",
        "source tap1: its XDP program (id 7) may keep frames from the mirror",
      ])
    #expect(receiving.compilation.mirrors[0].state == .active)
    let sending = try result("{name: m0, select_dst_port: [tap1, tap2], output_port: eth0}", on: host)
    #expect(sending.compilation.mirrors[0].notes.isEmpty)
  }
}
