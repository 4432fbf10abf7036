import MirrorCompiler
import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("Remote VLANs of several mirrors and profiles")
struct RemoteVLANTests {
  @Test("S10: two mirrors of plain interfaces into one VLAN of the same ports copy a frame once")
  func plainInterfaces() throws {
    var host = Hosts.bridge()
    Hosts.add(Interface(index: 90, name: "eth1"), to: &host)
    let profile = try ProfileText.profile(
      "{name: a, select_src_port: eth0, output_vlan: {id: 111, ports: eth1}}",
      "{name: b, select_src_port: eth0, output_vlan: {id: 111, ports: eth1}}")
    let result = try Convergence([profile], on: host)
    let copies = FilterSimulator(result.kernel).copies(of: .ethernet(), at: HookPoint("eth0", .ingress))
    #expect(copies.map(\.device) == ["eth1"])
  }

  @Test("S10: mirrors that send the same frames into one VLAN in different ways are refused, others are not")
  func unequalMirrors() throws {
    let mirrors = (
      "{name: a, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, ports: [tap2, tap3]}}",
      "{name: b, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, ports: tap3}}",
      "{name: c, bridge: br0, select_src_port: eth1, output_vlan: {id: 111, ports: tap3}}"
    )
    let host = Hosts.bridge(["eth1", "tap1", "tap2", "tap3"])
    let refusal = try #require(throws: CompilationError.self) {
      try Convergence([try ProfileText.profile(mirrors.0, mirrors.1)], on: host)
    }
    #expect(refusal.findings.map(\.kind) == [.refused])
    #expect(refusal.findings.first?.message.contains("/a sends") == true)
    let result = try Convergence([try ProfileText.profile(mirrors.0, mirrors.2)], on: host)
    let copies = FilterSimulator(result.kernel).copies(of: .ethernet(), at: HookPoint("tap1", .ingress))
    #expect(copies.map(\.device).sorted() == ["tap2", "tap3"])
  }

  @Test("S10: a mirror of the bridge and one of the plain interface copy a frame once to the same port")
  func bridgeAndInterface() throws {
    let profile = try ProfileText.profile(
      "{name: a, bridge: br0, select_src_port: tap1, select_vlan: 1, output_port: eth0}",
      "{name: b, select_src_port: tap1, select_vlan: [0, 5], output_port: eth0}")
    let result = try Convergence([profile], on: Hosts.bridge(awareness: .aware))
    let simulator = FilterSimulator(result.kernel)
    for tag in [nil, Frame.Tag(1), Frame.Tag(5)] {
      var frame = Frame.ethernet(payload: [UInt8](repeating: 0, count: 46))
      frame.tag = tag
      #expect(simulator.copies(of: frame, at: HookPoint("tap1", .ingress)).map(\.device) == ["eth0"])
    }
  }

  @Test("S27: a frame in a flooded VLAN goes to every other port that carries it and ends there; others go on")
  func flooding() throws {
    var host = Hosts.bridge(["tap1", "trunk0", "trunk1", "probe"], awareness: .aware)
    for port in ["trunk0", "trunk1"] { Hosts.setVLANs(port, tagged: [10, 111], in: &host) }
    Hosts.setVLANs("probe", pvid: 111, untagged: [111], in: &host)
    let profile = try ProfileText.profile(bridges: ["{name: br0, flood_vlans: 111}"])
    let simulator = FilterSimulator(try Convergence([profile], on: host).kernel)
    func sent(_ tag: Frame.Tag?, _ port: String, to destination: UInt64 = 2) -> [String: Frame.Tag?] {
      var frame = Frame.ethernet(to: destination, payload: [UInt8](repeating: 0, count: 46))
      frame.tag = tag
      let copies = simulator.copies(of: frame, at: HookPoint(port, .ingress))
      #expect(Set(copies.map(\.device)).count == copies.count)
      return Dictionary(copies.map { ($0.device, $0.frame.outerTag) }) { first, _ in first }
    }
    let tag = Frame.Tag(111, priority: 3)
    #expect(sent(tag, "trunk0") == ["trunk1": tag, "probe": nil])
    #expect(sent(nil, "probe") == ["trunk0": Frame.Tag(111), "trunk1": Frame.Tag(111)])
    #expect(sent(Frame.Tag(0, priority: 3), "probe") == ["trunk0": tag, "trunk1": tag])
    #expect(sent(Frame.Tag(10), "trunk0").isEmpty)
    #expect(sent(nil, "tap1").isEmpty)
    #expect(sent(tag, "trunk0", to: 0x0180_c200_0000).isEmpty)
  }

  @Test(
    "S27, S35: a flooded VLAN has any number of ports; after each step of a change those that stay get a frame once")
  func manyPorts() throws {
    let names = (0..<100).map { "p\($0)" }
    var host = Hosts.bridge(names, awareness: .aware)
    func join(_ ports: Range<Int>, in host: inout HostSnapshot) {
      for (number, name) in names.enumerated() {
        let isAccess = ports.contains(number) && number.isMultiple(of: 3)
        Hosts.setVLANs(
          name, pvid: isAccess ? 111 : nil, untagged: isAccess ? [111] : [],
          tagged: isAccess ? [] : [ports.contains(number) ? 111 : 10],
          in: &host)
      }
    }
    let profile = try ProfileText.profile(bridges: ["{name: br0, flood_vlans: 111}"])
    func faults(_ kernel: FakeKernel, _ ports: Range<Int>) -> [String] {
      let simulator = FilterSimulator(kernel)
      return ports.filter { $0.isMultiple(of: 4) }.flatMap { source in
        var frame = Frame.ethernet(payload: [UInt8](repeating: 0, count: 46))
        if !source.isMultiple(of: 3) { frame.tag = Frame.Tag(111) }
        let copies = simulator.copies(of: frame, at: HookPoint(names[source], .ingress))
        return ports.compactMap { port in
          let got = copies.filter { $0.device == names[port] }.map(\.frame.outerTag)
          let wanted = port == source ? [] : [port.isMultiple(of: 3) ? nil : Frame.Tag(111)]
          return got == wanted ? nil : "\(names[port]) gets \(got) from \(names[source])"
        }
      }
    }
    join(0..<20, in: &host)
    let start = try Convergence([profile], on: host)
    var present = 0..<20
    for next in [10..<40, 10..<100, 0..<30, 70..<75] {
      join(next, in: &start.kernel.host)
      let stay = present.clamped(to: next)
      for (number, step) in try start.rest([profile]).steps.enumerated() {
        #expect(start.kernel.perform([step]) { false }.failure == nil)
        #expect(faults(start.kernel, stay) == [], "\(present) to \(next), \(number): \(step.summary)")
      }
      present = next
      #expect(faults(start.kernel, present) == [])
      #expect(try start.rest([profile]).steps.isEmpty)
      #expect(present.count <= 29 || !start.held.devices.isEmpty)
      #expect(start.held.filters.values.allSatisfy { $0.actions.count <= 32 })
    }
  }

  @Test("S27, S34: stages of a flooded VLAN have their actions in the order of names: each plan is the same")
  func stageOrder() throws {
    let names = (0..<200).map { "p\($0)" }
    var host = Hosts.bridge(names, awareness: .aware)
    for name in names { Hosts.setVLANs(name, tagged: [111], in: &host) }
    let held = try Convergence([try ProfileText.profile(bridges: ["{name: br0, flood_vlans: 111}"])], on: host).held
    let entries = held.actions.values.sorted { $0.key < $1.key }.compactMap { action -> String? in
      guard case .mirred(let target) = action.operation, let device = target.device else { return nil }
      return held.devices[device]?.name
    }
    #expect(entries == held.devices.keys.sorted())
    #expect(entries.count == 7)
  }

  @Test("S27: each of several flooded VLANs goes to its own ports")
  func severalVLANs() throws {
    var host = Hosts.bridge(["a", "b", "c"], awareness: .aware)
    for (port, vlans) in [("a", [111]), ("b", [111, 112]), ("c", [112])] as [(String, [UInt16])] {
      Hosts.setVLANs(port, tagged: vlans, in: &host)
    }
    let profile = try ProfileText.profile(bridges: ["{name: br0, flood_vlans: [111, 112]}"])
    let simulator = FilterSimulator(try Convergence([profile], on: host).kernel)
    for (vlan, ports) in [(111, ["a"]), (112, ["c"])] as [(UInt16, [String])] {
      var frame = Frame.ethernet(payload: [UInt8](repeating: 0, count: 46))
      frame.tag = Frame.Tag(vlan)
      #expect(simulator.copies(of: frame, at: HookPoint("b", .ingress)).map(\.device) == ports)
    }
  }

  @Test("S27, S34: two profiles may flood the same VLAN; applying again sends nothing")
  func twoProfiles() throws {
    let profiles = [
      try ProfileText.profile(bridges: ["{name: br0, flood_vlans: 111}"], name: "one"),
      try ProfileText.profile(bridges: ["{name: br0, flood_vlans: 111}"], name: "two"),
    ]
    let result = try Convergence(profiles, on: Hosts.bridge())
    #expect(try result.rest(profiles).steps.map(\.summary) == [])
    let copies = FilterSimulator(result.kernel).copies(
      of: .ethernet(tagsInData: [Frame.Tag(111)]), at: HookPoint("tap1", .ingress))
    #expect(copies.map(\.device).sorted() == ["tap2", "tap3"])
  }
}
