import MirrorCompiler
import MirrorController
import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("Status")
struct StatusTests {
  private func mirror(_ name: String, in lab: Lab) throws -> Status.Mirror {
    try #require(try lab.controller.status().mirrors.first { $0.report.name == name })
  }

  /// Sets the counters of the mirred actions that send to a device, or of the counting gact.
  private func count(
    _ packets: UInt64, _ bytes: UInt64, lost: UInt64 = 0, in lab: Lab, where isMeant: (Action) -> Bool
  ) {
    for (key, action) in lab.kernel.host.own.actions where isMeant(action) {
      lab.kernel.host.statistics[key] = ActionStatistics(packets: packets, bytes: bytes, overlimits: lost)
    }
  }

  private func has(_ role: Cookie.Role) -> (Action) -> Bool {
    { if case .object(role, _) = $0.cookie.content { true } else { false } }
  }

  @Test(
    "S4: ports that are named count as configured, there or not; those that patterns stand for do when they are there")
  func missingSources() throws {
    let lab = Lab()
    let mirror =
      "{name: m, bridge: br0, select_src_port: [tap1, tap8, \"vnet*\"], select_dst_port: [tap8, eth0], output_port: eth1}"
    _ = try lab.controller.apply(.apply([try Lab.profile(mirror)]))
    let report = try self.mirror("m", in: lab).report
    #expect(report.sources.map(\.interface) == ["tap1"])
    #expect(report.missingSources.map(\.interface) == ["tap8", "eth0", "tap8"])
    #expect(report.missingSources.map(\.side) == [.source, .destination, .destination])
    #expect(report.configuredSources == 4)
    lab.kernel.removeInterface("br0")
    #expect(try self.mirror("m", in: lab).report.missingSources.count == 4)
  }

  @Test("S32: the ingress hook counts 14 bytes a frame less than the wire, the egress hook all of them")
  func bytes() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    count(10, 500, in: lab, where: has(.counterWithoutHeader))
    #expect(try mirror("span", in: lab).counters.txBytes == 500 + 140)
    count(3, 300, in: lab, where: has(.counterWithHeader))
    let counters = try mirror("span", in: lab).counters
    #expect(counters.txPackets == 13)
    #expect(counters.txBytes == 940)
    #expect(counters.dropped == 0)
  }

  @Test("S32: what could not be delivered is dropped, and its share of the bytes is taken off")
  func dropped() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    count(10, 860, lost: 4, in: lab, where: has(.counterWithoutHeader))
    let counters = try mirror("span", in: lab).counters
    #expect(counters.txPackets == 6)
    #expect(counters.dropped == 4)
    #expect(counters.txBytes == 600)
  }

  @Test("S32: a frame into a VLAN counts once however many ports it is sent to")
  func remoteVLAN() throws {
    let lab = Lab()
    let mirror = "{name: remote, bridge: br0, select_src_port: tap1, output_vlan: 111}"
    _ = try lab.controller.apply(.apply([try Lab.profile(mirror)]))
    count(10, 1000, in: lab, where: has(.counterWithHeader))
    count(10, 1000, in: lab, where: has(.delivery))
    let all = try self.mirror("remote", in: lab).counters
    #expect(all.txPackets == 10)
    #expect(all.txBytes == 1000)
    #expect(all.dropped == 0)
    count(10, 1000, lost: 10, in: lab) { action in
      if case .mirred(let target) = action.operation { target.device == "tap2" } else { false }
    }
    let one = try self.mirror("remote", in: lab).counters
    #expect(one.txPackets == 10, "two other ports have got them")
    #expect(one.dropped == 10)
  }

  @Test("S32: huge counters neither overflow nor trap")
  func overflow() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    count(.max, .max, lost: 1, in: lab, where: has(.counterWithoutHeader))
    count(1, 1, lost: .max, in: lab, where: has(.counterWithHeader))
    _ = try mirror("span", in: lab).counters
  }

  @Test("S32: the counters outlive a change of the output")
  func outputChange() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    count(10, 500, in: lab, where: has(.counterWithoutHeader))
    let other = "{name: span, bridge: br0, select_src_port: tap1, output_port: eth1}"
    _ = try lab.controller.apply(.apply([try Lab.profile(other)]))
    #expect(try mirror("span", in: lab).counters.txPackets == 10)
  }

  /// Adds copies to all counters that filters bind.
  private func copy(_ packets: UInt64, of bytes: UInt64, in lab: Lab) {
    let bound = Set(lab.kernel.host.own.filters.values.flatMap(\.actions))
    for (key, action) in lab.kernel.host.own.actions where bound.contains(key) {
      guard case .object(let role, _) = action.cookie.content, role != .step else { continue }
      let header: UInt64 = role == .counterWithoutHeader || role == .byteCounterWithoutHeader ? 14 : 0
      lab.kernel.host.statistics[key]?.packets += packets
      lab.kernel.host.statistics[key]?.bytes += packets * (role == .packetCounter ? 60 : bytes - header)
    }
  }

  @Test("S32: the counters outlive whatever is done to copies, and count each in full")
  func shapeChange() throws {
    let lab = Lab()
    let shapes = [
      "", ", snaplen: 60", ", rate: 1mbit", ", sample: 2, snaplen: 60", "", ", normalize: true",
      ", normalize: true, snaplen: 60", ", snaplen: 60", ", normalize: true", "", ", sample: 2",
    ]
    for (turn, shape) in zip(1..., shapes) {
      let mirror = "{name: span, bridge: br0, select_src_port: tap1, output_port: eth1\(shape)}"
      _ = try lab.controller.apply(.apply([try Lab.profile(mirror)]))
      copy(10, of: 1000, in: lab)
      let counters = try self.mirror("span", in: lab).counters
      #expect(counters.txPackets == UInt64(10 * turn), "\(shape)")
      #expect(counters.txBytes == UInt64(10_000 * turn), "\(shape)")
      #expect(counters.copiedPackets == UInt64(10 * turn) && counters.copiedBytes == UInt64(10_000 * turn), "\(shape)")
    }
    _ = try lab.controller.apply(.clear)
    #expect(lab.kernel.host.statistics.isEmpty)
  }

  @Test("A mirror whose objects were changed by somebody else is degraded, and none else is")
  func drift() throws {
    let lab = Lab()
    let other = "{name: other, select_src_port: eth0, output_port: eth1}"
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span, other)]))
    let filter = try #require(lab.kernel.host.own.filters.values.first { $0.key.point == HookPoint("tap1", .ingress) })
    lab.kernel.host.own.filters[filter.key] = nil
    #expect(
      try mirror("span", in: lab).report.reasons
        == ["1 kernel object differs from what the mirror needs: apply its profile again"])
    #expect(try mirror("span", in: lab).report.state == .degraded)
    #expect(try mirror("other", in: lab).report.state == .active)
    _ = try lab.controller.apply(.none)
    #expect(try mirror("span", in: lab).report.state == .active)
  }

  @Test("S22: a mirror is degraded by its output and heals with it")
  func degraded() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    lab.kernel.host.interfaces["tap3"]?.hasCarrier = false
    let report = try mirror("span", in: lab).report
    #expect(report.state == .degraded)
    #expect(report.reasons == ["output tap3 has no carrier"])
    #expect(report.outputs.map(\.isOperational) == [false])
    lab.kernel.host.interfaces["tap3"]?.hasCarrier = true
    #expect(try mirror("span", in: lab).report.state == .active)
  }

  @Test("The kernel objects of a mirror are its own, and no record is among them")
  func objects() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span, Lab.remote, Lab.tunnel)]))
    let status = try lab.controller.status()
    let all = status.mirrors.flatMap(\.objects)
    #expect(Set(all).count == all.count)
    for mirror in status.mirrors {
      #expect(!mirror.objects.isEmpty)
      #expect(!mirror.objects.map(\.summary).contains { $0.hasPrefix("record") })
    }
    #expect(try mirror("far", in: lab).objects.contains { if case .device = $0 { true } else { false } })
  }
}
