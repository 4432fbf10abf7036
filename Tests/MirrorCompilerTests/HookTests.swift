import MirrorCompiler
import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("Where tcx programs make the copies")
struct HookTests {
  private static let mirror = "{name: m0, select_src_port: tap1, select_dst_port: tap1, hook: tcx, output_port: eth0}"

  private func refusal(_ mirror: String, _ change: (inout HostSnapshot) -> Void = { _ in }) throws -> String? {
    var host = Hosts.bridge()
    change(&host)
    do {
      _ = try Convergence([try ProfileText.profile(mirror)], on: host)
      return nil
    } catch let error as CompilationError { return error.findings.first?.message }
  }

  @Test("Programs are at the hooks, and neither filters nor a qdisc")
  func hooks() throws {
    let result = try Convergence([try ProfileText.profile(Self.mirror)], on: Hosts.bridge())
    let own = result.kernel.host.own
    #expect(Set(own.programs.keys) == [HookPoint("tap1", .ingress), HookPoint("tap1", .egress)])
    #expect(own.filters.keys.allSatisfy { $0.point.device != "tap1" } && !own.qdiscs.contains("tap1"))
    #expect(result.compilation.mirrors[0].state == .active)
  }

  @Test("S39: the ingress qdisc and shared blocks are in nobody's way")
  func otherQdiscs() throws {
    var host = Hosts.bridge()
    host.interfaces["tap1"]?.classifierQdisc = .ingress
    host.interfaces["tap2"]?.classifierQdisc = .clsact
    host.interfaces["tap2"]?.sharedBlocks = [.ingress: 7]
    let mirrors = "{name: m1, select_src_port: tap2, select_dst_port: tap2, hook: tcx, output_port: eth0}"
    let result = try Convergence([try ProfileText.profile(Self.mirror, mirrors)], on: host)
    #expect(result.compilation.mirrors.map(\.state) == [.active, .active])
    #expect(result.kernel.host.own.programs[HookPoint("tap2", .ingress)] != nil)
    #expect(result.kernel.host.own.programs[HookPoint("tap2", .egress)] != nil)
  }

  @Test("S40: neither filters of other tools nor their tcx programs are before ours")
  func reach() throws {
    var host = Hosts.bridge()
    host.interfaces["tap1"]?.classifierQdisc = .clsact
    host.foreignFilters[HookPoint("tap1", .ingress)] = [ForeignFilter(preference: 1, kind: "u32", verdict: .ends)]
    let both = "{name: m1, select_src_port: tap1, hook: clsact, output_port: tap3}"
    var compilation = try Convergence([try ProfileText.profile(Self.mirror, both)], on: host).compilation
    compilation.add([HookPoint("tap1", .ingress): [TCXProgram(id: 1)]])
    #expect(compilation.mirrors.map(\.reasons.count) == [0, 2])
  }

  @Test("Without dummy devices copies for a port pass a pair of veth devices")
  func pair() throws {
    var host = Hosts.bridge()
    host.features = [.clsact, .bpf, .mirred, .veth, .tcx]
    let result = try Convergence([try ProfileText.profile(Self.mirror)], on: host)
    #expect(result.kernel.host.own.devices.values.map(\.peer) != [nil])
    let emissions = FilterSimulator(result.kernel).copies(
      of: .ethernet(payload: [1]), at: HookPoint("tap1", .ingress))
    #expect(emissions.map(\.device) == ["eth0"])
  }

  @Test("Packets without an Ethernet header, hardware and kernels without such programs are refused with the remedy")
  func refusals() throws {
    let tunnel = "{name: m0, select_src_port: tun0, hook: tcx, output_port: eth0}"
    let message = try refusal(tunnel) { host in
      var interface = Interface(index: 60, name: "tun0")
      interface.hardwareType = 65534
      Hosts.add(interface, to: &host)
    }
    #expect(message?.hasPrefix("tun0 carries packets without an Ethernet header") == true)
    let hardware = "{name: m0, select_src_port: tap1, hook: tcx, offload: require, output_port: eth0}"
    #expect(try refusal(hardware)?.contains("no hardware runs") == true)
    #expect(try refusal(Self.mirror) { $0.features.remove(.tcx) }?.contains("tcx programs") == true)
    #expect(try refusal(Self.mirror.replacing("tcx", with: "clsact")) { $0.features.remove(.tcx) } == nil)
  }

  @Test("Mirrors share a program; a section of one comes and goes with it")
  func sections() throws {
    let other = "{name: m1, select_src_port: tap1, select_vlan: 5, hook: tcx, output_port: tap3}"
    var result = try Convergence([try ProfileText.profile(Self.mirror, other)], on: Hosts.bridge())
    let point = HookPoint("tap1", .ingress)
    #expect(result.kernel.host.own.programs[point]?.slots == [0, 1])
    try result.apply([try ProfileText.profile(other)])
    #expect(result.kernel.host.own.programs[point]?.slots == [1])
    #expect(result.plan.steps.contains { if case .change(.program, .program) = $0 { true } else { false } })
    try result.apply([])
    #expect(result.held == KernelState())
  }

  @Test("A program whose target has been made anew is made anew itself")
  func newTarget() throws {
    let profiles = [try ProfileText.profile(Self.mirror)]
    let result = try Convergence(profiles, on: Hosts.bridge())
    #expect(try result.rest(profiles).isEmpty)
    let stage = try #require(result.kernel.host.own.devices.keys.first)
    result.kernel.host.interfaces[stage]?.index += 1000
    let steps = try result.rest(profiles).steps
    #expect(steps.count == 2 && steps.allSatisfy { if case .change(.program, .program) = $0 { true } else { false } })
  }

  private static let auto = "{name: m0, select_src_port: tap1, select_dst_port: tap1, output_port: eth0}"
  private static let (ingress, egress) = (HookPoint("tap1", .ingress), HookPoint("tap1", .egress))

  private func compile(
    _ mirrors: String..., without feature: Feature? = nil, _ change: (inout HostSnapshot) -> Void
  ) throws -> Compilation {
    var host = Hosts.bridge()
    host.interfaces["tap1"]?.kind = "virtio"
    change(&host)
    if let feature { host.features.remove(feature) }
    return try MirrorCompiler([try ProfileText.profile(mirrors.joined(separator: ", "))], on: host).compile()
  }

  @Test("auto: filters make the copies where nothing speaks against them")
  func automatic() throws {
    let compilation = try compile(Self.auto) { _ in }
    #expect(compilation.desired.programs.isEmpty && compilation.mirrorPoints == [Self.ingress, Self.egress])
    #expect(!compilation.wantsPrograms)
  }

  /// Why filters are of no use, and at which hooks.
  private static let reasons: [(reason: String, points: Set<HookPoint>)] = [
    ("program", [ingress]), ("filter", [ingress]), ("ingress qdisc", [egress]), ("shared block", [ingress]),
    ("newcomer", [ingress, egress]),
  ]

  private static func bring(_ reason: String, to host: inout HostSnapshot) {
    switch reason {
    case "program": host.tcxPrograms[ingress] = [TCXProgram(id: 1)]
    case "filter":
      host.interfaces["tap1"]?.classifierQdisc = .clsact
      host.foreignFilters[ingress] = [ForeignFilter(preference: 1, kind: "u32", verdict: .ends)]
    case "ingress qdisc": host.interfaces["tap1"]?.classifierQdisc = .ingress
    case "shared block":
      host.interfaces["tap1"]?.classifierQdisc = .clsact
      host.interfaces["tap1"]?.sharedBlocks = [.ingress: 7]
    default: host.newcomers = ["tap1"]
    }
  }

  @Test(
    "S39, S40, auto: a program makes the copies where filters would be blind, impossible or in the way",
    arguments: reasons.indices)
  func chosen(number: Int) throws {
    let (reason, points) = Self.reasons[number]
    let compilation = try compile(Self.auto) { Self.bring(reason, to: &$0) }
    #expect(Set(compilation.desired.programs.keys) == points)
    #expect(compilation.mirrorPoints == Set([Self.ingress, Self.egress]).subtracting(points))
    #expect(compilation.mirrors[0].reasons == [])
    let unknown = try compile(Self.auto, without: .tcx) { Self.bring(reason, to: &$0) }
    #expect(unknown.desired.programs.isEmpty && unknown.wantsPrograms)
    let filters = "{name: m0, select_src_port: tap1, select_dst_port: tap1, hook: clsact, output_port: eth0}"
    #expect(try compile(filters) { Self.bring(reason, to: &$0) }.desired.programs.isEmpty)
    let hardware = "{name: m0, select_src_port: tap1, offload: require, output_port: eth0}"
    #expect(try compile(hardware) { Self.bring(reason, to: &$0) }.desired.programs.isEmpty)
    let last = "{name: m0, select_src_port: tap1, order: last, output_port: eth0}"
    #expect(try compile(last) { Self.bring(reason, to: &$0) }.desired.programs.isEmpty)
  }

  @Test("auto: where a program would take what the kernel lacks, filters do what they can")
  func fallback() throws {
    let tunnel = "{name: m0, select_src_port: tap1, output_tunnel: {type: gretap, remote: 10.0.0.1}}"
    for (reason, _) in Self.reasons {
      let compilation = try compile(tunnel, without: .dummy) { host in
        Self.bring(reason, to: &host)
        host.addRoute(to: .v4([10, 0, 0, 1]), "eth0")
      }
      #expect(compilation.desired.programs.isEmpty, "\(reason)")
    }
  }

  @Test("S40, auto: the bridge's frames are copied where they enter, a shared block or not")
  func sharedBlock() throws {
    let all = "{name: m0, bridge: br0, select_all: true, output_port: eth0}"
    let compilation = try compile(all) { Self.bring("shared block", to: &$0) }
    #expect(Set(compilation.desired.programs.keys) == [Self.ingress])
    #expect(compilation.mirrors[0].sources.contains { $0.side == .destination })
  }

  @Test(
    "auto: when the reason has gone filters take over, but not where guests are and no clsact of ours is",
    arguments: [("virtio", false), ("tun", true), ("veth", true)])
  func afterwards(kind: String, stays: Bool) throws {
    let former = try compile(Self.auto) { Self.bring("program", to: &$0) }
    func now(_ qdiscs: Set<String>) throws -> Compilation {
      try compile(Self.auto.replacing(", select_dst_port: tap1", with: "")) { host in
        host.interfaces["tap1"]?.kind = kind
        host.own.programs = former.desired.programs
        host.own.qdiscs = qdiscs
      }
    }
    #expect(try now([]).desired.programs.isEmpty != stays)
    #expect(try now(["tap1"]).desired.programs.isEmpty)
  }
}
