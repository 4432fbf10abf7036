import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@testable import MirrorCompiler

@Suite("What copies look like")
struct CopyShapeTests {
  private let payload = [UInt8](repeating: 0x45, count: 46)

  /// tap1 is an access port of VLAN 10, trunk carries 10, 20 and 111, probe takes 111 untagged.
  private func host() -> HostSnapshot {
    var host = Hosts.bridge(["tap1", "tap2", "trunk", "probe"], awareness: .aware)
    Hosts.setVLANs("tap1", pvid: 10, untagged: [10], in: &host)
    Hosts.setVLANs("tap2", pvid: 10, untagged: [10], in: &host)
    Hosts.setVLANs("trunk", tagged: [10, 20, 111], in: &host)
    Hosts.setVLANs("probe", pvid: 111, untagged: [111], in: &host)
    return host
  }

  private func frame(_ tag: Frame.Tag?, inData: [Frame.Tag] = []) -> Frame {
    var frame = Frame.ethernet(tagsInData: inData, payload: payload)
    frame.tag = tag
    return frame
  }

  private func copies(_ mirror: String, _ frame: Frame, at point: HookPoint) throws -> [String: Frame] {
    let result = try Convergence([try ProfileText.profile(mirror)], on: host())
    let emissions = FilterSimulator(result.kernel).copies(of: frame, at: point)
    #expect(Set(emissions.map(\.device)).count == emissions.count)
    return Dictionary(emissions.map { ($0.device, $0.frame) }) { first, _ in first }
  }

  @Test("S13: the wire view changes nothing", arguments: [nil, Frame.Tag(20, priority: 5), Frame.Tag(0, priority: 3)])
  func wire(tag: Frame.Tag?) throws {
    let original = frame(tag, inData: [Frame.Tag(7)])
    let mirror = "{name: m, bridge: br0, select_src_port: [tap1, trunk], output_port: eth0}"
    for port in ["tap1", "trunk"] {
      let copy = try #require(try copies(mirror, original, at: HookPoint(port, .ingress))["eth0"])
      #expect(copy.tag == original.tag)
      #expect(copy.bytes == original.bytes)
    }
  }

  @Test("S14: the switch view shows the classified VLAN, with the priority of a priority tag")
  func switchView() throws {
    let mirror = "{name: m, bridge: br0, select_src_port: [tap1, trunk], view: switch, output_port: eth0}"
    let tap1 = HookPoint("tap1", .ingress)
    #expect(try copies(mirror, frame(nil), at: tap1)["eth0"]?.tag == Frame.Tag(10))
    #expect(try copies(mirror, frame(Frame.Tag(0, priority: 6)), at: tap1)["eth0"]?.tag == Frame.Tag(10, priority: 6))
    let trunk = HookPoint("trunk", .ingress)
    let tag = Frame.Tag(20, priority: 2)
    #expect(try copies(mirror, frame(tag), at: trunk)["eth0"]?.tag == tag)
    #expect(try copies(mirror, frame(Frame.Tag(30)), at: trunk).isEmpty)
    #expect(try copies(mirror, frame(nil), at: trunk).isEmpty)
  }

  @Test("S14: an access port as output takes the tag off again")
  func switchViewOnAccessPort() throws {
    let mirror = "{name: m, bridge: br0, select_src_port: [tap1, trunk], view: switch, output_port: probe}"
    #expect(try copies(mirror, frame(nil), at: HookPoint("tap1", .ingress))["probe"]?.outerTag == nil)
    #expect(try copies(mirror, frame(Frame.Tag(20)), at: HookPoint("trunk", .ingress))["probe"]?.outerTag == nil)
  }

  @Test("S24: the outer VLAN ID is replaced, priority and TPID stay, inner tags stay")
  func remoteVLAN() throws {
    let mirror = "{name: m, bridge: br0, select_src_port: tap1, output_vlan: 111}"
    func sent(_ original: Frame) throws -> Frame {
      let copies = try copies(mirror, original, at: HookPoint("tap1", .ingress))
      #expect(Set(copies.keys) == ["trunk", "probe"])
      return try #require(copies["trunk"])
    }
    #expect(try sent(frame(nil)).tag == Frame.Tag(111))
    #expect(try sent(frame(Frame.Tag(20, priority: 5))).tag == Frame.Tag(111, priority: 5))
    #expect(try sent(frame(Frame.Tag(0, priority: 4))).tag == Frame.Tag(111, priority: 4))
    let service = Frame.Tag(20, priority: 1, tagProtocol: .dot1AD)
    #expect(try sent(frame(service)).tag == Frame.Tag(111, priority: 1, tagProtocol: .dot1AD))
    let stacked = frame(Frame.Tag(20), inData: [Frame.Tag(7, priority: 3)])
    #expect(try sent(stacked).bytes == stacked.bytes)
  }

  @Test("S23: a port that has the VLAN untagged gets the copy untagged")
  func untaggedCarrier() throws {
    let mirror = "{name: m, bridge: br0, select_src_port: tap1, output_vlan: 111}"
    let original = frame(Frame.Tag(20, priority: 5))
    let copy = try #require(try copies(mirror, original, at: HookPoint("tap1", .ingress))["probe"])
    #expect(copy.outerTag == nil)
    #expect(copy.bytes == original.bytes)
  }

  @Test("S24: keep_inner pushes the VLAN and loses nothing")
  func keepInner() throws {
    let mirror = "{name: m, bridge: br0, select_src_port: tap1, output_vlan: {id: 111, keep_inner: true}}"
    for tag in [nil, Frame.Tag(20, priority: 5), Frame.Tag(0, priority: 4)] {
      let original = frame(tag)
      var copy = try #require(try copies(mirror, original, at: HookPoint("tap1", .ingress))["trunk"])
      #expect(copy.tag == Frame.Tag(111))
      copy.pop()
      #expect(copy.tag == tag)
      #expect(copy.bytes == original.bytes)
    }
  }

  @Test("S25: frames in the VLAN and frames to reserved addresses stay; SPAN copies the latter")
  func notCopied() throws {
    let remote = "{name: m, bridge: br0, select_src_port: [tap1, trunk, probe], output_vlan: 111}"
    var control = Frame.ethernet(to: 0x0180_c200_0000, payload: payload)
    #expect(try copies(remote, control, at: HookPoint("tap1", .ingress)).isEmpty)
    #expect(try copies(remote, frame(Frame.Tag(111)), at: HookPoint("trunk", .ingress)).isEmpty)
    #expect(try copies(remote, frame(nil), at: HookPoint("probe", .ingress)).isEmpty)
    control.inputDevice = "tap1"
    let span = "{name: m, bridge: br0, select_src_port: tap1, output_port: eth0}"
    #expect(try copies(span, control, at: HookPoint("tap1", .ingress)).count == 1)
  }

  @Test("S26: a copy goes back to the port the frame came in by only where reflect says so")
  func reflection() throws {
    func ports(_ reflect: Bool) throws -> Set<String> {
      let mirror = "{name: m, bridge: br0, select_src_port: trunk, output_vlan: {id: 111, reflect: \(reflect)}}"
      return Set(try copies(mirror, frame(Frame.Tag(20)), at: HookPoint("trunk", .ingress)).keys)
    }
    #expect(try ports(false) == ["probe"])
    #expect(try ports(true) == ["probe", "trunk"])
  }

  @Test("S15: what was copied goes on to the filters of other tools")
  func originals() throws {
    let mirrors = [
      "{name: m, bridge: br0, select_src_port: [tap1, tap2], select_dst_port: [tap1, tap2], output_port: eth0}",
      "{name: m, bridge: br0, select_all: true, output_vlan: 111}",
    ]
    for mirror in mirrors {
      let result = try Convergence([try ProfileText.profile(mirror)], on: host())
      for filter in result.held.filters.values where result.held.devices[filter.key.point.device] == nil {
        let last = try #require(filter.actions.last)
        #expect(result.held.actions[last]?.control == .continue, "S36: \(filter)")
      }
    }
  }
}
