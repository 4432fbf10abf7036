import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@testable import MirrorCompiler

/// Bridges with `vlan_protocol 802.1ad`. `tap1` has VLAN 200 untagged and 100 tagged, `tap2` and `probe` are access ports of 200 and
/// 111, `trunk` carries 100, 111 and 200.
@Suite("S45: VLANs of 802.1ad bridges")
struct ServiceTagTests {
  private func host() -> HostSnapshot {
    var host = Hosts.bridge(["tap1", "tap2", "trunk", "probe"], awareness: .aware)
    host.interfaces["br0"]?.bridge?.vlanProtocol = .dot1AD
    Hosts.setVLANs("tap1", pvid: 200, untagged: [200], tagged: [100], in: &host)
    Hosts.setVLANs("tap2", pvid: 200, untagged: [200], in: &host)
    Hosts.setVLANs("trunk", tagged: [100, 111, 200], in: &host)
    Hosts.setVLANs("probe", pvid: 111, untagged: [111], in: &host)
    return host
  }

  private func service(_ vlan: UInt16, priority: UInt16 = 0) -> Frame.Tag {
    Frame.Tag(vlan, priority: priority, tagProtocol: .dot1AD)
  }

  /// - Parameter tags: outermost first; that one is in the metadata.
  private func frame(_ tags: Frame.Tag...) -> Frame {
    var frame = Frame.ethernet(payload: [UInt8](repeating: 0x45, count: 46))
    for tag in tags.reversed() { frame.push(tag) }
    return frame
  }

  private func tags(of frame: Frame) -> [Frame.Tag] {
    var (rest, tags) = (frame, [Frame.Tag]())
    while let tag = rest.outerTag {
      tags.append(tag)
      rest.pop()
    }
    return tags
  }

  /// The tags of the copies by the ports that they leave by.
  private func copies(
    _ mirror: String?, bridges: [String] = [], _ frame: Frame, at port: String, _ hook: Hook = .ingress
  ) throws -> [String: [Frame.Tag]] {
    let profile = try mirror.map { try ProfileText.profile($0) } ?? ProfileText.profile(bridges: bridges)
    let emissions = FilterSimulator(try Convergence([profile], on: host()).kernel)
      .copies(of: frame, at: HookPoint(port, hook))
    #expect(Set(emissions.map(\.device)).count == emissions.count)
    return Dictionary(emissions.map { ($0.device, tags(of: $0.frame)) }) { first, _ in first }
  }

  @Test("S45: VLANs are selected by service tags; frames with none, or with a customer's, are of the PVID")
  func selection() throws {
    for (vlan, other) in [(100, 200), (200, 100)] as [(UInt16, UInt16)] {
      let mirror = "{name: m, bridge: br0, select_src_port: tap1, select_vlan: \(vlan), output_port: eth0}"
      func isCopied(_ frame: Frame) throws -> Bool { try copies(mirror, frame, at: "tap1")["eth0"] != nil }
      #expect(try isCopied(frame(service(vlan))))
      #expect(try isCopied(frame(service(vlan), Frame.Tag(other))))
      #expect(try !isCopied(frame(service(other), Frame.Tag(vlan))))
      for ofPort in [frame(), frame(Frame.Tag(vlan)), frame(Frame.Tag(other)), frame(service(0, priority: 5))] {
        #expect(try isCopied(ofPort) == (vlan == 200))
      }
    }
  }

  @Test("S45: where the port has taken the service tag off, a customer's is an inner one")
  func leaving() throws {
    var untagged = Frame.ethernet(tagsInData: [Frame.Tag(100)], payload: [UInt8](repeating: 0x45, count: 46))
    untagged.inputDevice = "trunk"
    for (vlan, isOfPort) in [(100, false), (200, true)] {
      let mirror = "{name: m, bridge: br0, select_dst_port: tap1, select_vlan: \(vlan), output_port: eth0}"
      #expect(try copies(mirror, untagged, at: "tap1", .egress).isEmpty == !isOfPort)
      #expect(try copies(mirror, frame(service(100)), at: "tap1", .egress).isEmpty == isOfPort)
    }
  }

  @Test("S45: the switch view shows service tags, and takes only these off at an access port")
  func switchView() throws {
    func mirror(_ output: String) -> String {
      "{name: m, bridge: br0, select_src_port: [tap1, tap2], view: switch, output_port: \(output)}"
    }
    let customer = Frame.Tag(100, priority: 3)
    let cases: [(Frame, [Frame.Tag])] = [
      (frame(), [service(200)]), (frame(customer), [service(200), customer]),
      (frame(Frame.Tag(0, priority: 3)), [service(200), Frame.Tag(0, priority: 3)]),
      (frame(service(0, priority: 5), customer), [service(200, priority: 5), customer]),
      (frame(service(200), customer), [service(200), customer]),
    ]
    for (frame, expected) in cases {
      #expect(try copies(mirror("eth0"), frame, at: "tap2") == ["eth0": expected])
      #expect(try copies(mirror("probe"), frame, at: "tap2") == ["probe": Array(expected.dropFirst())])
    }
    #expect(try copies(mirror("eth0"), frame(service(999)), at: "tap2").isEmpty)
  }

  @Test("S45: copies in a VLAN have a service tag; a customer's tag is kept, and is not taken for the VLAN")
  func remoteVLAN() throws {
    func sent(_ frame: Frame, _ options: String = "") throws -> [Frame.Tag]? {
      let mirror = "{name: m, bridge: br0, select_src_port: tap1, output_vlan: {id: 111\(options)}}"
      let copies = try copies(mirror, frame, at: "tap1")
      #expect(copies["probe"] == copies["trunk"].map { Array($0.dropFirst()) })
      return copies["trunk"]
    }
    let customer = Frame.Tag(111, priority: 3)
    #expect(try sent(frame()) == [service(111)])
    #expect(try sent(frame(customer)) == [service(111), customer])
    #expect(try sent(frame(service(100, priority: 2), customer)) == [service(111, priority: 2), customer])
    #expect(try sent(frame(service(0, priority: 2))) == [service(111, priority: 2)])
    #expect(try sent(frame(service(111), customer)) == nil)
    let kept = ", keep_inner: true"
    #expect(
      try sent(frame(service(100, priority: 2), customer), kept) == [service(111), service(100, priority: 2), customer])
    #expect(try sent(frame(customer), kept) == [service(111), customer])
    #expect(try sent(frame(service(111)), kept) == nil)
  }

  @Test("S10, S45: into one VLAN of a port with service tags and without: refused")
  func unequalTags() throws {
    let profile = try ProfileText.profile(
      "{name: m, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, ports: trunk}}",
      "{name: n, select_src_port: tap1, output_vlan: {id: 111, ports: trunk}}")
    var host = host()
    let refusal = try #require(throws: CompilationError.self) { try Convergence([profile], on: host) }
    #expect(refusal.findings.allSatisfy { $0.message.contains("other ports, tags, reflect") }, "\(refusal)")
    host.interfaces["br0"]?.bridge?.vlanProtocol = .dot1Q
    _ = try Convergence([profile], on: host)
  }

  @Test("S45: flooded VLANs are those of service tags")
  func flooding() throws {
    func sent(_ frame: Frame, _ port: String) throws -> [String: [Frame.Tag]] {
      try copies(nil, bridges: ["{name: br0, flood_vlans: 111}"], frame, at: port)
    }
    let customer = Frame.Tag(111, priority: 3)
    #expect(try sent(frame(service(111, priority: 2), customer), "trunk") == ["probe": [customer]])
    #expect(try sent(frame(customer), "trunk").isEmpty)
    #expect(try sent(frame(customer), "probe") == ["trunk": [service(111), customer]])
    #expect(try sent(frame(service(0, priority: 2)), "probe") == ["trunk": [service(111, priority: 2)]])
    #expect(try sent(frame(), "probe") == ["trunk": [service(111)]])
  }

  @Test("S45: a bridge that is not VLAN-aware has no use for its vlan_protocol")
  func unaware() throws {
    var host = host()
    host.interfaces["br0"]?.bridge?.awareness = .unaware
    let profile = try ProfileText.profile(
      "{name: m, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, ports: trunk}}")
    let simulator = FilterSimulator(try Convergence([profile], on: host).kernel)
    let copies = simulator.copies(of: frame(), at: HookPoint("tap1", .ingress))
    #expect(copies.map { tags(of: $0.frame) } == [[Frame.Tag(111)]])
  }

  @Test("S34, S45: a bridge that gets another vlan_protocol: the next apply changes what has to be changed, once")
  func change() throws {
    let profile = try ProfileText.profile(
      "{name: m, bridge: br0, select_src_port: tap1, output_vlan: 111}",
      "{name: n, bridge: br0, select_src_port: tap2, view: switch, output_port: eth0}",
      bridges: ["{name: br0, flood_vlans: 111}"])
    var customers = host()
    customers.interfaces["br0"]?.bridge?.vlanProtocol = .dot1Q
    var result = try Convergence([profile], on: customers)
    result.kernel.host.interfaces["br0"]?.bridge?.vlanProtocol = .dot1AD
    try result.apply([profile])
    #expect(try result.rest([profile]).steps.map(\.summary) == [])
    let simulator = FilterSimulator(result.kernel)
    let copies = simulator.copies(of: frame(Frame.Tag(7)), at: HookPoint("tap1", .ingress))
    #expect(copies.first { $0.device == "trunk" }.map { tags(of: $0.frame) } == [service(111), Frame.Tag(7)])
  }

  @Test("S31, S45: a service tag is none to an 802.1Q bridge, and a copy may come back behind another tag")
  func cycles() throws {
    for (type, expected) in [(EtherType.dot1AD, false), (.dot1Q, true)] {
      var host = host()
      Hosts.addBridge("br1", ["cable1", "cable2"], .aware, to: &host)
      host.interfaces["br1"]?.bridge?.vlanProtocol = type
      for (end, other) in [("trunk", "cable1"), ("tap2", "cable2")] {
        host.interfaces[end]?.link = .here(other)
        host.interfaces[other]?.link = .here(end)
      }
      Hosts.setVLANs("cable1", pvid: 1, untagged: [1], tagged: [111], in: &host)
      Hosts.setVLANs("cable2", tagged: [1], in: &host)
      let profile = try ProfileText.profile(
        "{name: m, bridge: br0, select_src_port: tap2, output_vlan: {id: 111, ports: trunk}}")
      #expect(try isCycle(profile, on: host) == expected, "\(type)")
    }
  }

  @Test("S31, S45: a copy with a customer's tag is of the PVID on a service bridge")
  func cyclesOfCustomers() throws {
    for (type, expected) in [(EtherType.dot1AD, true), (.dot1Q, false)] {
      var host = host()
      host.interfaces["br0"]?.bridge?.vlanProtocol = type
      Hosts.setVLANs("tap2", pvid: 200, untagged: [200], tagged: [112], in: &host)
      var wire = Interface(index: 90, name: "wire")
      (wire.kind, wire.link) = ("veth", .here("tap2"))
      Hosts.add(wire, to: &host)
      host.interfaces["tap2"]?.link = .here("wire")
      let profile = try ProfileText.profile(
        "{name: m, bridge: br0, select_src_port: tap2, select_vlan: 200, output_vlan: {id: 112, reflect: true}}",
        "{name: n, select_src_port: wire, output_vlan: {id: 111, ports: wire, reflect: true}}")
      #expect(try isCycle(profile, on: host) == expected, "\(type)")
    }
  }

  private func isCycle(_ profile: Profile, on host: HostSnapshot) throws -> Bool {
    do { _ = try MirrorCompiler([profile], on: host).compile() } catch {
      #expect(error.findings.allSatisfy { $0.message.contains("come back") }, "\(error.findings)")
      return true
    }
    return false
  }
}
