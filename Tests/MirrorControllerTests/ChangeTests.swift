import MirrorCompiler
import MirrorController
import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("What becomes of installed profiles")
struct ChangeTests {
  private func lab() throws -> Lab {
    let lab = Lab()
    _ = try lab.controller.apply(
      .apply([try Lab.profile(Lab.span, Lab.tunnel), try Lab.profile(Lab.remote, name: "other")]))
    return lab
  }

  @Test("S38: profiles are read back from the kernel as they were applied")
  func records() throws {
    let lab = Lab()
    let profiles = [
      try Lab.profile(
        Lab.span,
        "{name: free, enabled: false, bridge: br0, select_all: true, select_vlan: [0, 10-20], output_port: eth1}",
        bridges: "{name: br0, flood_vlans: [5, 6]}"),
      try Lab.profile(Lab.tunnel, name: "other"),
    ]
    _ = try lab.controller.apply(.apply(profiles))
    let found = try lab.controller.observe().profiles
    #expect(found.map(\.name) == ["lab", "other"])
    #expect(Set(found[0].mirrors) == Set(profiles[0].mirrors))
    #expect(found[0].bridges == profiles[0].bridges)
    #expect(found[1] == profiles[1])
  }

  @Test("A record that is not packed stays as it is until its mirror changes")
  func plainRecord() throws {
    let lab = Lab()
    let profile = try Lab.profile(Lab.span)
    _ = try lab.controller.apply(.apply([profile]))
    let packed = lab.picture
    let text = try #require(Records(in: packed.own).texts(slot: 0).first)
    lab.kernel.host.own.actions = packed.own.actions.filter { ActionIndex.range(of: $0.key.index) != .record }
    let bytes = Array(text.utf8)
    for (number, start) in stride(from: 0, through: bytes.count, by: Cookie.pageSize).enumerated() {
      let part = Array(bytes[start..<min(start + Cookie.pageSize, bytes.count)])
      lab.kernel.host.own.insert(
        Action(
          index: ActionIndex.page(slot: 0, number: UInt32(number)), cookie: Cookie(.page(part)), operation: .gact,
          control: .continue))
    }
    #expect(try lab.controller.observe().profiles == [profile])
    #expect(try lab.controller.propose(.apply([profile])).plan.isEmpty)
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.tunnel)]))
    _ = try lab.controller.apply(.apply([profile]))
    #expect(lab.picture.difference(from: packed) == [])
  }

  @Test("A profile takes the place of the one of its name, and leaves others alone")
  func replacement() throws {
    let lab = try lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.tunnel)]))
    #expect(lab.installed == ["lab": ["far"], "other": ["remote"]])
    _ = try lab.controller.apply(.apply([try Lab.profile(name: "other")]))
    #expect(lab.installed == ["lab": ["far"]])
  }

  @Test("S37: a deleted mirror leaves nothing behind, and touches no other")
  func deletion() throws {
    let lab = try lab()
    let alone = Lab()
    _ = try alone.controller.apply(.apply([try Lab.profile(Lab.tunnel)]))
    _ = try lab.controller.apply(.delete(["span", "remote"]))
    #expect(lab.installed == ["lab": ["far"]])
    #expect(lab.picture.own.devices == alone.picture.own.devices)
    #expect(lab.picture.own.qdiscs == alone.picture.own.qdiscs)
    #expect(lab.picture.flags == alone.picture.flags)
    _ = try lab.controller.apply(.delete(["far"]))
    #expect(lab.picture == Lab().picture)
  }

  @Test("S37: clear leaves nothing behind")
  func clearing() throws {
    let lab = try lab()
    _ = try lab.controller.apply(.clear)
    #expect(lab.picture == Lab().picture)
  }

  @Test("A mirror that is switched off keeps its record and its place; switched on it is as before")
  func switching() throws {
    let lab = try lab()
    let before = lab.picture
    _ = try lab.controller.apply(.set(.disabled, ["span"]))
    #expect(try lab.controller.status().mirrors.first { $0.report.name == "span" }?.report.state == .disabled)
    #expect(lab.picture.flags["tap3"] != BridgePortFlags.reserved)
    #expect(!lab.picture.own.filters.keys.contains { $0.point == HookPoint("tap2", .egress) })
    _ = try lab.controller.apply(.set(.enabled, ["span"]))
    #expect(lab.picture == before)
  }

  @Test("Names that no mirror has are told, and nothing is changed")
  func unknown() throws {
    let lab = try lab()
    let before = lab.picture
    for change in [Change.delete(["span", "x", "y"]), .set(.disabled, ["x", "y"])] {
      do {
        _ = try lab.controller.apply(change)
        Issue.record("accepted")
      } catch {
        guard case .unknownMirrors(let names) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(names == ["x", "y"])
      }
    }
    #expect(lab.picture == before)
  }

  @Test("A name that mirrors of two profiles have is refused with both; with the profile it is one")
  func ambiguous() throws {
    let lab = Lab()
    let first = try Lab.profile("{name: m, bridge: br0, select_src_port: tap1, output_port: eth1}", name: "one")
    let second = try Lab.profile("{name: m, bridge: br0, select_src_port: tap2, output_port: eth1}", name: "two")
    _ = try lab.controller.apply(.apply([first, second]))
    let before = lab.picture
    for change in [Change.delete(["m"]), .set(.disabled, ["m"])] {
      do {
        _ = try lab.controller.apply(change)
        Issue.record("accepted")
      } catch {
        guard case .ambiguousMirrors(let names) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(names.map(\.name) == ["m"])
        #expect(names.map(\.meanings) == [["one/m", "two/m"]])
      }
    }
    #expect(lab.picture == before)
    _ = try lab.controller.apply(.set(.disabled, ["two/m"]))
    let states = try lab.controller.observe().profiles.flatMap(\.mirrors).map(\.administrativeState)
    #expect(states == [.enabled, .disabled])
    _ = try lab.controller.apply(.delete(["one/m"]))
    #expect(lab.installed == ["two": ["m"]])
    _ = try lab.controller.apply(.delete(["m"]))
    #expect(lab.installed == [:])
  }

  @Test("With its last mirror goes all of a profile, and every trace of it; a profile can go by its name")
  func lastMirror() throws {
    let lab = Lab()
    let before = lab.picture
    let bridges = "{name: br0, flood_vlans: [5]}"
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span, Lab.tunnel, bridges: bridges)]))
    _ = try lab.controller.apply(.delete(["span"]))
    #expect(try lab.controller.observe().profiles.first?.bridges.map(\.floodVLANs) == [[5]])
    _ = try lab.controller.apply(.delete(["far"]))
    #expect(lab.picture == before)

    let flooding = try Lab.profile(bridges: bridges, name: "flooding")
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span, bridges: bridges), flooding]))
    let status = try lab.controller.status()
    #expect(status.bridges.map(\.profile) == ["flooding", "lab"])
    #expect(status.bridges.map(\.settings.floodVLANs) == [[5], [5]])
    _ = try lab.controller.apply(.deleteProfiles(["lab"]))
    #expect(try lab.controller.observe().profiles.map(\.name) == ["flooding"])
    #expect {
      _ = try lab.controller.apply(.deleteProfiles(["flooding", "lab"]))
    } throws: { error in
      if case .unknownProfiles(["lab"])? = error as? ApplyError { true } else { false }
    }
    _ = try lab.controller.apply(.deleteProfiles(["flooding"]))
    #expect(lab.picture == before)
  }

  @Test("Mirrors are listed by the shortest names that commands take")
  func shortestNames() {
    let owners = [("one", "m"), ("two", "m"), ("two", "n")].map { Owner(profile: $0.0, subject: .mirror($0.1)) }
    #expect(MirrorName.shortest(owners) == ["one/m", "two/m", "n"])
    for (name, owner) in zip(MirrorName.shortest(owners), owners) {
      #expect(owners.filter(MirrorName(name).fits) == [owner])
    }
    #expect(!MirrorName("one/n").fits(owners[2]) && !MirrorName("/m").fits(owners[0]))
  }

  @Test("S10: two profiles with one destination copy a frame once")
  func sharedDestination() throws {
    let lab = Lab()
    let first = try Lab.profile("{name: m, bridge: br0, select_src_port: tap1, output_port: eth1}", name: "one")
    let second = try Lab.profile(
      "{name: m, bridge: br0, select_src_port: [tap1, tap2], output_port: eth1}", name: "two")
    _ = try lab.controller.apply(.apply([first]))
    _ = try lab.controller.apply(.apply([second]))
    #expect(FilterSimulator(lab.kernel).copies(of: .ethernet(), at: HookPoint("tap1", .ingress)).count == 1)
    _ = try lab.controller.apply(.apply([try Lab.profile(name: "one")]))
    #expect(FilterSimulator(lab.kernel).copies(of: .ethernet(), at: HookPoint("tap1", .ingress)).count == 1)
  }

  @Test("S21: a port that one profile reserves is no source of another")
  func reservedAcrossProfiles() throws {
    let lab = Lab()
    let all = try Lab.profile("{name: all, bridge: br0, select_all: true, output_port: eth1}", name: "one")
    _ = try lab.controller.apply(.apply([all]))
    #expect(lab.picture.own.filters.keys.contains { $0.point.device == "tap3" })
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span, name: "two")]))
    let filters = lab.picture.own.filters.values.filter { $0.key.point.device == "tap3" }
    #expect(filters.map(\.classifier) == [.bpf(.drop)])
  }

  @Test("S31: a cycle that a second profile would close is refused; the first goes on")
  func cycleAcrossProfiles() throws {
    let lab = Lab()
    _ = try lab.controller.apply(
      .apply([try Lab.profile("{name: m, select_dst_port: eth0, output_port: eth1}", name: "one")]))
    #expect(throws: ApplyError.self) {
      try lab.controller.apply(
        .apply([try Lab.profile("{name: m, select_dst_port: eth1, output_port: eth0}", name: "two")]))
    }
    #expect(lab.installed == ["one": ["m"]])
  }
}
