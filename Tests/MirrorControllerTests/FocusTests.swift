import MirrorCompiler
import MirrorController
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("A look at the interfaces that have changed is as good as a look at everything")
struct FocusTests {
  private static let mirrors = """
    {name: all, select_src_port: ["tap*", "vm[0-9]"], select_dst_port: "tap*", output_port: eth1},
    {name: cut, select_src_port: "tap?", output_port: eth2, snaplen: 64},
    {name: named, select_src_port: [vm1, vm2], output_port: eth1},
    {name: one, select_src_port: x1, select_dst_port: x2, output_port: eth2},
    {name: mixed, select_src_port: [x1, "x[23]"], output_port: eth2},
    {name: far, select_dst_port: "vm*", output_tunnel: {type: gretap, remote: 10.0.0.1}},
    {name: switch, bridge: br0, select_all: true, output_port: sw3}
    """

  /// A host with a bridge, an output, and ports that come and go.
  private final class House {
    let kernel: FakeKernel
    let controller: MirrorController<FakeKernel>
    var holds = Holds()
    var standing: Standing?
    /// What was told of the mirrors that name all their ports.
    var told: [String: [String]] = [:]
    /// What the last look at some interfaces has done, whether it was enough or not.
    private(set) var done: [Step] = []
    private var nextIndex: UInt32 = 100

    init() {
      var host = Hosts.bridge(["sw1", "sw2", "sw3"])
      Hosts.add(Interface(index: 90, name: "eth1"), to: &host)
      Hosts.add(Interface(index: 91, name: "eth2"), to: &host)
      kernel = FakeKernel(host)
      kernel.routeTable[RouteQuestion(.v4([10, 0, 0, 1]))] = "eth0"
      controller = MirrorController(kernel: kernel, parse: Lab.parse)
    }

    func add(_ name: String, _ alter: (inout Interface) -> Void = { _ in }) -> UInt32 {
      var interface = Interface(index: nextIndex, name: name)
      interface.kind = "tun"
      alter(&interface)
      nextIndex += 1
      Hosts.add(interface, to: &kernel.host)
      return interface.index
    }

    func index(_ name: String) -> UInt32? { kernel.host.interfaces[name]?.index }

    /// What is left to do, as a look at everything finds.
    func reconcile() -> [Step] {
      let result = controller.reconcile(nil, &holds, now: .zero)
      standing = result.standing
      tell(result.status?.mirrors.map(\.report) ?? [])
      return result.steps
    }

    func focus(on indexes: Set<UInt32>) -> [Step]? {
      guard var standing else { return nil }
      let result = controller.focus(on: indexes, &standing)
      done = result.steps
      guard result.end == .settled else { return nil }
      self.standing = standing
      tell(Array(result.reports.values))
      return result.steps
    }

    private func tell(_ reports: [MirrorReport]) {
      for report in reports where ["named", "one"].contains(report.name) { told[report.name] = report.reasons }
    }

    /// What a look at everything would tell of them.
    func toldByLook() throws -> [String: [String]] {
      let reports = try controller.status().mirrors.map(\.report).filter { told[$0.name] != nil }
      return Dictionary(uniqueKeysWithValues: reports.map { ($0.name, $0.reasons) })
    }
  }

  private func house(_ ports: [String] = ["tap1", "tap2", "vm1", "vm2", "vm3"]) throws -> House {
    let house = House()
    for port in ports { _ = house.add(port) }
    _ = try house.controller.apply(.apply([try Lab.profile(Self.mirrors)]))
    _ = house.reconcile()
    _ = try #require(house.standing)
    return house
  }

  /// The steps of a look at some interfaces; a look at everything then finds nothing to do.
  private func focus(_ house: House, _ indexes: Set<UInt32>) throws -> [Step]? {
    guard let steps = house.focus(on: indexes) else { return nil }
    #expect(try house.controller.propose(.none).plan.isEmpty)
    #expect(try house.told == house.toldByLook())
    return steps
  }

  @Test("A port that its mirror names is mirrored when it appears, and its mirror is told of, in as many questions")
  func namedPort() throws {
    var questions: [Int] = []
    for count in [10, 200] {
      let house = try house(["tap1", "vm2"] + (10..<10 + count).map { "vm\($0)" })
      #expect(house.told["named"] == ["vm1 does not exist"])
      let before = house.kernel.questions
      let index = house.add("vm1")
      var steps = try #require(house.focus(on: [index]))
      #expect(
        steps.contains { if case .add(.filter(let filter)) = $0 { filter.key.point.hook == .ingress } else { false } })
      questions.append(house.kernel.questions - before)
      #expect(house.told["named"] == [])
      house.kernel.removeInterface("vm1")
      steps = try #require(try focus(house, [index]))
      #expect(steps.isEmpty)
      #expect(house.told["named"] == ["vm1 does not exist"])
    }
    #expect(Set(questions).count == 1, "\(questions)")
  }

  @Test("Of a port that goes while it is seen to, it is told that it is gone")
  func goneMeanwhile() throws {
    let house = try house(["tap1", "vm2"])
    let index = house.add("vm1")
    house.kernel.fault = { [unowned kernel = house.kernel] _, step in
      guard case .add(.filter) = step else { return nil }
      kernel.removeInterface("vm1")
      return .notFound
    }
    _ = try #require(try focus(house, [index]))
    #expect(house.told["named"] == ["vm1 does not exist"])
  }

  @Test("A port that appears is mirrored, one that goes is forgotten, in a number of questions that does not grow")
  func appearance() throws {
    var questions: [Int] = []
    for count in [10, 200] {
      let house = try house(["tap1", "tap2", "vm1", "vm2"] + (10..<10 + count).map { "tap\($0)" })
      let before = house.kernel.questions
      let index = house.add("tap9")
      #expect(try focus(house, [index])?.count == 4, "a qdisc, both sides, and the mirror that cuts")
      questions.append(house.kernel.questions - before)
      house.kernel.removeInterface("tap9")
      #expect(try focus(house, [index])?.isEmpty == true)
    }
    #expect(Set(questions).count == 1, "\(questions)")
  }

  @Test("S40: of a filter and of a program that come before ours their mirror is told, also while another port changes")
  func blinded() throws {
    let house = try house(["tap1", "vm1", "vm2"])
    house.kernel.host.features.remove(.tcx)
    let (one, two) = (try #require(house.index("vm1")), try #require(house.index("vm2")))
    let point = HookPoint("vm1", .ingress)
    house.kernel.host.foreignFilters[point] = [ForeignFilter(preference: 1, kind: "u32", verdict: .ends)]
    #expect(try focus(house, [one]) == nil, "the reasons of mirrors with patterns are new")
    #expect(house.reconcile().isEmpty)
    #expect(house.told["named"]?.count == 1)
    #expect(try focus(house, [two]) == [])
    #expect(house.told["named"]?.count == 1)
    house.kernel.host.foreignFilters[point] = [ForeignFilter(preference: 20, kind: "u32", verdict: .ends)]
    #expect(try focus(house, [one])?.count == 2, "ours goes before it")
    #expect(house.told["named"] == [])
    house.kernel.tcxPrograms[point] = [TCXProgram(id: 7)]
    #expect(try focus(house, [one]) == nil)
    #expect(house.reconcile().isEmpty)
    #expect(house.told["named"]?.count == 1)
    #expect(try focus(house, [two]) == [])
    #expect(house.told["named"]?.count == 1)
    house.kernel.tcxPrograms = [:]
    #expect(try focus(house, [two]) == [])
    #expect(house.told["named"] == [])
  }

  @Test("S39, S40: where tcx programs of ours are to make the copies, or do, it takes a look at everything")
  func programs() throws {
    let house = try house(["tap1", "vm1", "vm2"])
    let index = try #require(house.index("vm1"))
    house.kernel.tcxPrograms[HookPoint("vm1", .ingress)] = [TCXProgram(id: 7)]
    #expect(try focus(house, [index]) == nil)
    #expect(!house.reconcile().isEmpty && house.reconcile().isEmpty)
    #expect(house.kernel.host.own.programs.keys.map(\.device) == ["vm1"])
    #expect(house.told["named"] == [])
    house.kernel.removeInterface("vm1")
    #expect(try focus(house, [index]) == nil)
    #expect(!house.reconcile().isEmpty && house.reconcile().isEmpty)
    let new = house.add("vm2x")
    #expect(try focus(house, [new]) != nil)
  }

  @Test("What was taken away at a port is put back")
  func repair() throws {
    let house = try house()
    let filters = house.kernel.host.own.filters.keys.filter { $0.point.device == "tap1" }
    for key in filters { house.kernel.host.own.filters[key] = nil }
    let index = try #require(house.index("tap1"))
    #expect(try focus(house, [index])?.count == filters.count)
    #expect(try focus(house, [index])?.isEmpty == true)
  }

  @Test("A new name counts, and an old one no longer")
  func renaming() throws {
    let house = try house()
    let index = try #require(house.index("tap1"))
    house.kernel.rename("tap1", to: "other")
    #expect(try focus(house, [index])?.isEmpty == false)
    #expect(!house.kernel.host.own.filters.keys.contains { $0.point.device == "other" })
    house.kernel.rename("other", to: "tap7")
    #expect(try focus(house, [index])?.count == 4)
  }

  @Test(
    "What may matter elsewhere takes a look at everything",
    arguments: ["output", "mixed", "bridge port", "veth of an output", "last port", "tunnel", "hardware", "taken name"])
  func refusals(what: String) throws {
    let house = try house()
    var indexes: Set<UInt32> = []
    switch what {
    case "output": indexes = [90]
    case "mixed": indexes = [house.add("x1")]
    case "bridge port":
      indexes = [
        house.add("tap5") {
          $0.master = "br0"
          $0.bridgePort = BridgePort()
        }
      ]
    case "veth of an output": indexes = [house.add("tap5") { $0.link = .here("eth1") }]
    case "last port":
      indexes = Set(["tap1", "tap2"].compactMap(house.index))
      for name in ["tap1", "tap2"] { house.kernel.removeInterface(name) }
    case "tunnel":
      indexes = [
        house.add("tap5") {
          $0.tunnel = Tunnel(.vxlan(vni: 1, port: 4789, listening: 4789), remote: .v4([10, 0, 0, 9]))
        }
      ]
    case "hardware": indexes = [house.add("tap5") { $0.kind = nil }]
    default:
      let first = try #require(house.index("tap1"))
      house.kernel.removeInterface("tap1")
      indexes = [house.add("tap1")]
      #expect(!indexes.contains(first))
    }
    #expect(try focus(house, indexes) == nil)
  }

  @Test("Where the kernel refuses something, or cannot be read, it takes a look at everything")
  func faults() throws {
    let house = try house()
    let index = house.add("tap5")
    house.kernel.failingRequests = [1]
    #expect(try focus(house, [index]) == nil)
    #expect(house.done == [.add(.qdisc(device: "tap5"))], "what was done by then is told")
    house.kernel.failingRequests = []
    _ = house.reconcile()
    house.kernel.blindness = { $0 == .snapshot ? .passing : nil }
    #expect(house.focus(on: [index]) == nil)
  }

  @Test("Whatever happens to the interfaces, after either look there is nothing left to do")
  func random() {
    let run = FuzzRun("focus", rounds: 20)
    var shortcuts = 0
    let names = [
      "tap1", "tap2", "tap3", "tap11", "vm1", "vm2", "vm3", "x1", "x2", "sw1", "sw2", "eth0", "eth1", "eth9",
    ]
    let failures = run.failures { generator in
      let house = try house(generator.subset(of: ["tap1", "tap2", "tap11", "vm1", "vm2", "vm3", "x1"]))
      for _ in 0..<12 {
        var changed: Set<UInt32> = []
        for _ in 0...generator.number(below: 3) {
          let name = names.randomElement(using: &generator) ?? ""
          changed.formUnion(happen(to: name, at: house, &generator))
        }
        guard house.standing != nil else { return "does not stand" }
        if house.focus(on: changed) != nil {
          shortcuts += 1
          let rest = try house.controller.propose(.none).plan
          if !rest.isEmpty { return "left: \(rest.steps.map(\.summary))" }
          if try house.told != house.toldByLook() { return "told \(house.told), not \(try house.toldByLook())" }
        } else {
          _ = house.reconcile()
        }
      }
      return nil
    }
    #expect(failures == [])
    #expect(shortcuts > 40, "\(shortcuts)")
  }

  /// Something that others do to an interface.
  ///
  /// - Returns: the indexes that the kernel would tell of.
  private func happen(to name: String, at house: House, _ generator: inout SeededGenerator) -> Set<UInt32> {
    let kernel = house.kernel
    guard let index = house.index(name) else {
      return [
        house.add(name) { interface in
          if generator.happens(oneIn: 4) { interface.link = .here("x1") }
          if generator.happens(oneIn: 6) { interface.hardwareType = 65534 }
          if generator.happens(oneIn: 6) { interface.alternativeNames = ["tap20"] }
        }
      ]
    }
    switch generator.number(below: 6) {
    case 0 where !["eth0", "eth1", "sw1", "sw2"].contains(name): kernel.removeInterface(name)
    case 1:
      for key in kernel.host.own.filters.keys.sorted() where key.point.device == name && generator.happens(oneIn: 2) {
        kernel.host.own.filters[key] = nil
      }
    case 2:
      kernel.host.interfaces[name]?.classifierQdisc = .clsact
      let isFirst = generator.happens(oneIn: 2)
      let verdict: ForeignFilter.Verdict = generator.happens(oneIn: 2) ? .ends : .continues
      kernel.host.foreignFilters[HookPoint(name, .ingress), default: []].append(
        ForeignFilter(preference: isFirst ? 1 : 512, kind: "u32", verdict: verdict))
    case 3 where house.index("x1") == nil: kernel.rename(name, to: "x1")
    case 4: kernel.host.interfaces[name]?.isUp.toggle()
    default: kernel.host.interfaces[name]?.master = generator.happens(oneIn: 3) ? "br0" : nil
    }
    return [index]
  }
}
