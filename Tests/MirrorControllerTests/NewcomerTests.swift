import MirrorController
import MirrorModel
import TestSupport
import Testing
import TrafficControl

/// S39: ports of guests that have just appeared.
@Suite("Newcomers")
struct NewcomerTests {
  private static let mirror =
    "{name: m, select_src_port: [eth0, \"vnet*\"], select_dst_port: \"vnet*\", output_port: eth1}"

  /// A lab whose service has seen it once, without tcx unless asked for.
  private struct House {
    let lab: Lab
    let files: [KeptFile]
    var newcomers = Newcomers(grace: .seconds(3))
    var holds = Holds()

    init(_ features: Set<Feature> = Set(Feature.allCases).subtracting([.tcx])) throws {
      lab = Lab { host in host.features = features }
      files = [try KeptFiles.file("a", [NewcomerTests.mirror])]
      _ = reconcile(at: .zero)
    }

    mutating func reconcile(at now: Duration) -> Reconciliation {
      lab.controller.reconcile(files, &holds, &newcomers, now: now)
    }

    func add(_ name: String, index: UInt32, kind: String = "tun") {
      var interface = Interface(index: index, name: name)
      interface.kind = kind
      Hosts.add(interface, to: &lab.kernel.host)
    }

    func hasFilters(_ name: String) -> Bool { lab.kernel.host.own.filters.keys.contains { $0.point.device == name } }
    func hasPrograms(_ name: String) -> Bool { lab.kernel.host.own.programs.keys.contains { $0.device == name } }
  }

  @Test(
    "S39: nothing is added to one before its time is over, and the mirror says why",
    arguments: ["tun", "veth", "macvtap"])
  func grace(kind: String) throws {
    var house = try House()
    #expect(house.hasFilters("eth0"))
    house.add("vnet0", index: 500, kind: kind)
    var result = house.reconcile(at: .seconds(10))
    #expect(!house.hasFilters("vnet0") && house.newcomers.nextEnd == .seconds(13))
    let reasons = result.status?.mirrors.flatMap(\.report.reasons) ?? []
    #expect(reasons.count == 1 && reasons[0].hasPrefix("vnet0 has just appeared"), "\(reasons)")
    _ = house.reconcile(at: .milliseconds(12_999))
    #expect(!house.hasFilters("vnet0"))
    result = house.reconcile(at: .seconds(13))
    #expect(house.hasFilters("vnet0") && house.newcomers.nextEnd == nil)
    #expect(result.status?.mirrors.flatMap(\.report.reasons) == [])
  }

  @Test("After a look that failed the service waits as long as it always does, although a grace is over")
  func failure() throws {
    var house = try House()
    house.add("vnet0", index: 500)
    var result = house.reconcile(at: .seconds(10))
    #expect(result.next(house.holds, house.newcomers, failures: 0, at: .seconds(11)) == .seconds(13))
    #expect(result.next(house.holds, house.newcomers, failures: 0, at: .seconds(14)) == .seconds(14))
    let error = KernelError(cause: .passing, request: "", text: "Cannot allocate memory")
    result = Reconciliation(failure: .observation(error))
    for failures in 1...5 {
      let next = try #require(result.next(house.holds, house.newcomers, failures: failures, at: .seconds(14)))
      #expect(next == .seconds(14) + (try #require(result.failure?.pause(attempts: failures))))
      #expect(next > .seconds(14))
    }
  }

  @Test("What was there at the first look, or is of another kind, is none")
  func others() throws {
    var house = try House()
    house.add("vnet0", index: 500, kind: "vlan")
    _ = house.reconcile(at: .seconds(10))
    #expect(house.hasFilters("vnet0") && house.newcomers.nextEnd == nil)
    house.newcomers = Newcomers(grace: .seconds(3))
    house.add("vnet1", index: 501)
    _ = house.reconcile(at: .seconds(20))
    #expect(house.hasFilters("vnet1"))
  }

  @Test("One that is made again under its name is one again")
  func again() throws {
    var house = try House()
    house.add("vnet0", index: 500)
    _ = house.reconcile(at: .seconds(10))
    _ = house.reconcile(at: .seconds(13))
    #expect(house.hasFilters("vnet0"))
    house.lab.kernel.host.own.filters = house.lab.kernel.host.own.filters.filter { $0.key.point.device != "vnet0" }
    house.lab.kernel.host.own.qdiscs.remove("vnet0")
    house.add("vnet0", index: 501)
    _ = house.reconcile(at: .seconds(20))
    #expect(!house.hasFilters("vnet0") && house.newcomers.nextEnd == .seconds(23))
  }

  @Test("Its own ingress qdisc is used at once")
  func ingress() throws {
    var house = try House()
    house.add("vnet0", index: 500)
    house.lab.kernel.host.interfaces["vnet0"]?.classifierQdisc = .ingress
    _ = house.reconcile(at: .seconds(10))
    #expect(house.hasFilters("vnet0"))
  }

  @Test("S39: with tcx a program makes the copies at once, and stays")
  func program() throws {
    var house = try House(Set(Feature.allCases))
    house.add("vnet0", index: 500)
    _ = house.reconcile(at: .seconds(10))
    #expect(house.hasPrograms("vnet0") && !house.hasFilters("vnet0"))
    _ = house.reconcile(at: .seconds(13))
    #expect(house.hasPrograms("vnet0") && !house.hasFilters("vnet0"))
    #expect(house.hasFilters("eth0"))
  }

  @Test("S39: an output that has just appeared is reserved when its time is over", arguments: [true, false])
  func output(hasPrograms: Bool) throws {
    var house = try House(hasPrograms ? Set(Feature.allCases) : Set(Feature.allCases).subtracting([.tcx]))
    let mirror = "{name: m, bridge: br0, select_src_port: tap1, output_port: vnet0}"
    let files = [try KeptFiles.file("a", [mirror])]
    house.add("vnet0", index: 500)
    house.lab.kernel.host.interfaces["vnet0"]?.master = "br0"
    let port = house.lab.kernel.host.interfaces["tap3"]?.bridgePort
    house.lab.kernel.host.interfaces["vnet0"]?.bridgePort = port
    _ = house.lab.controller.reconcile(files, &house.holds, &house.newcomers, now: .seconds(10))
    #expect(house.hasFilters("tap1") && !house.hasFilters("vnet0"))
    _ = house.lab.controller.reconcile(files, &house.holds, &house.newcomers, now: .seconds(13))
    #expect(house.hasFilters("vnet0"))
  }

  @Test("S39: where somebody has taken our qdisc away, his own may come; after that ours does")
  func lostQdisc() throws {
    var house = try House()
    house.lab.kernel.host.own.filters = house.lab.kernel.host.own.filters.filter { $0.key.point.device != "eth0" }
    house.lab.kernel.host.own.qdiscs.remove("eth0")
    house.lab.kernel.host.interfaces["eth0"]?.classifierQdisc = Interface.ClassifierQdisc.none
    let result = house.reconcile(at: .seconds(10))
    #expect(!house.hasFilters("eth0") && house.newcomers.nextEnd == .seconds(13))
    #expect(result.status?.mirrors.flatMap(\.report.reasons).isEmpty == false)
    _ = house.reconcile(at: .seconds(13))
    #expect(house.hasFilters("eth0") && house.newcomers.nextEnd == nil)
  }

  @Test("A qdisc that was removed by ourselves is added again at once")
  func ownRemoval() throws {
    var house = try House()
    _ = house.lab.controller.reconcile([], &house.holds, &house.newcomers, now: .seconds(10))
    #expect(!house.hasFilters("eth0"))
    _ = house.reconcile(at: .seconds(11))
    #expect(house.hasFilters("eth0") && house.newcomers.nextEnd == nil)
  }

  @Test("Without a grace there are none")
  func none() throws {
    var house = try House()
    house.newcomers = Newcomers(grace: .zero)
    _ = house.reconcile(at: .seconds(1))
    house.add("vnet0", index: 500)
    _ = house.reconcile(at: .seconds(10))
    #expect(house.hasFilters("vnet0") && house.newcomers.nextEnd == nil)
  }
}

extension MirrorController {
  /// Reconciles a host to which nothing new comes.
  func reconcile(
    _ files: [KeptFile]?, _ holds: inout Holds, now: @autoclosure () -> Duration, isInterrupted: () -> Bool = { false }
  ) -> Reconciliation {
    var none = Newcomers(grace: .zero)
    return reconcile(files, &holds, &none, now: now(), isInterrupted: isInterrupted)
  }
}
