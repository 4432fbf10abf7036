import MirrorCompiler
import MirrorController
import TestSupport
import Testing
import TrafficControl

@Suite("Events between two looks")
struct StatusEventTests {
  private static let other = "{name: other, select_src_port: eth0, output_port: eth1}"

  /// What a change of the host or of the mirrors does to their status.
  private func events(_ change: (Lab) throws -> Void) throws -> [StatusEvent] {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span, Self.other)]))
    let before = try lab.controller.status()
    try change(lab)
    return StatusEvent.between(before, try lab.controller.status())
  }

  @Test("Nothing, of nothing")
  func none() throws {
    #expect(try events { _ in }.isEmpty)
    #expect(StatusEvent.between(Status(mirrors: []), Status(mirrors: [])).isEmpty)
  }

  @Test("Mirrors that appear and that are removed, by profile and name")
  func comingAndGoing() throws {
    let third = "{name: third, select_src_port: eth0, output_port: eth1}"
    let events = try events { lab in
      _ = try lab.controller.apply(.delete(["other"]))
      _ = try lab.controller.apply(.apply([try Lab.profile(third, name: "a")]))
    }
    #expect(events.map(\.owner.description) == ["a/third", "lab/other"])
    #expect(events.map(\.kind) == [.appeared, .removed])
    #expect(events.map(\.state) == [.active, .active])
  }

  @Test("An output that is lost, with the state and its reason, and that comes back")
  func output() throws {
    let lost = try events { $0.kernel.host.interfaces["tap3"]?.hasCarrier = false }
    #expect(lost.count == 2)
    #expect(lost.first?.kind == .stateChanged)
    #expect(lost.first?.state == .degraded)
    #expect(lost.first?.reasons == ["output tap3 has no carrier"])
    #expect(lost.last?.isAbout(lost: "tap3") == true)
    let lab = Lab { $0.interfaces["tap3"]?.hasCarrier = false }
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    let before = try lab.controller.status()
    lab.kernel.host.interfaces["tap3"]?.hasCarrier = true
    let back = StatusEvent.between(before, try lab.controller.status())
    #expect(back.map(\.state) == [.active, .active])
    #expect(back.last?.isAbout(back: "tap3") == true)
  }

  @Test("Drift is told with the objects, once, and its repair")
  func drift() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    let good = try lab.controller.status()
    let filter = try #require(lab.kernel.host.own.filters.values.first { $0.key.point == HookPoint("tap1", .ingress) })
    lab.kernel.host.own.filters[filter.key] = nil
    let bad = try lab.controller.status()
    let seen = StatusEvent.between(good, bad)
    #expect(seen.map(\.kind) == [.stateChanged, .driftSeen([.add(.filter(filter))])])
    #expect(StatusEvent.between(bad, bad).isEmpty)
    #expect(StatusEvent.between(bad, good).map(\.kind) == [.stateChanged, .driftRepaired])
  }

  @Test("A port that joins the bridge, one that leaves and one that goes down")
  func sources() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    let before = try lab.controller.status()
    var after = before
    let moved = after.mirrors[0].report.sources.removeFirst()
    after.mirrors[0].report.sources[0].isOperational.toggle()
    let events = StatusEvent.between(before, after).map(\.kind)
    #expect(events == [.sourceLeft(moved), .sourceChanged(after.mirrors[0].report.sources[0])])
    #expect(StatusEvent.between(after, before).map(\.kind).first == .sourceJoined(moved))
  }

  @Test("Counters that go on say nothing; those that go back do")
  func counters() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    let before = try lab.controller.status()
    var after = before
    after.mirrors[0].counters.copiedPackets = 7
    #expect(StatusEvent.between(before, after).isEmpty)
    #expect(StatusEvent.between(after, before).map(\.kind) == [.countersRestarted])
  }
}

extension StatusEvent {
  fileprivate func isAbout(lost name: String) -> Bool {
    if case .outputLost(let output) = kind { output.interface == name } else { false }
  }

  fileprivate func isAbout(back name: String) -> Bool {
    if case .outputBack(let output) = kind { output.interface == name } else { false }
  }
}
