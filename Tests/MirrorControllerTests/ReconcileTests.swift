import MirrorCompiler
import MirrorController
import MirrorModel
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("Keeping what files and commands want")
struct ReconcileTests {
  private func file(_ name: String, _ profile: Profile?) -> KeptFile { KeptFile(name: name, profile: profile) }

  @discardableResult
  private func reconcile(_ lab: Lab, _ files: [KeptFile]?) -> Reconciliation {
    var holds = Holds()
    let result = lab.controller.reconcile(files, &holds, now: .zero)
    #expect(result.isComplete(holds), "\(result.failure as Any) \(result.rejected) \(holds.all)")
    return result
  }

  @Test("What files say comes about, and a second look does nothing")
  func installation() throws {
    let lab = Lab()
    let files = [file("a.yaml", try Lab.profile(Lab.span)), file("b.yaml", try Lab.profile(Lab.tunnel, name: "other"))]
    #expect(!reconcile(lab, files).steps.isEmpty)
    #expect(lab.installed == ["lab": ["span"], "other": ["far"]])
    #expect(reconcile(lab, files).steps.isEmpty)
    #expect(
      try lab.controller.observe().profiles.map(\.keeper) == [.service(file: "a.yaml"), .service(file: "b.yaml")])
  }

  @Test("A file that goes takes its mirrors with it; one that cannot be used leaves them as they are")
  func removal() throws {
    let lab = Lab()
    let other = file("b.yaml", try Lab.profile(Lab.tunnel, name: "other"))
    reconcile(lab, [file("a.yaml", try Lab.profile(Lab.span)), other])
    let before = lab.picture
    reconcile(lab, [file("a.yaml", nil), other])
    #expect(lab.picture == before)
    reconcile(lab, nil)
    #expect(lab.picture == before)
    reconcile(lab, [other])
    #expect(lab.installed == ["other": ["far"]])
    reconcile(lab, [])
    #expect(lab.picture == Lab().picture)
  }

  @Test("Profiles of commands stay, are put right as well, and give way to a file of their name")
  func commands() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    let before = lab.picture
    reconcile(lab, [])
    #expect(lab.picture == before)
    let filter = try #require(lab.picture.own.filters.values.first { $0.key.point.device == "tap1" })
    lab.kernel.host.own.filters[filter.key] = nil
    #expect(reconcile(lab, []).steps == [.add(.filter(filter))])
    reconcile(lab, [file("a.yaml", try Lab.profile(Lab.tunnel))])
    #expect(lab.installed == ["lab": ["far"]])
  }

  @Test("A profile that the host does not allow is left out, or stays in its old version; the rest comes about")
  func rejection() throws {
    let lab = Lab()
    let good = file("a.yaml", try Lab.profile(Lab.tunnel, name: "good"))
    let old = try Lab.profile(Lab.span)
    reconcile(lab, [good, file("b.yaml", old)])
    let before = lab.picture
    let bad = try Lab.profile("{name: loop, bridge: eth1, select_all: true, output_port: tap1}")
    let newcomer = try Lab.profile("{name: loop, bridge: eth1, select_all: true, output_port: tap1}", name: "new")
    var holds = Holds()
    let result = lab.controller.reconcile(
      [good, file("b.yaml", bad), file("c.yaml", newcomer)], &holds, now: .zero)
    #expect(Set(result.rejected.keys) == ["lab", "new"])
    #expect(result.steps.isEmpty)
    #expect(lab.picture == before)
  }

  @Test("S31: of two profiles that close a cycle together, the one that is new is left out")
  func newCycle() throws {
    let lab = Lab()
    let first = try Lab.profile("{name: m, select_dst_port: eth0, output_port: eth1}", name: "zero")
    let second = try Lab.profile("{name: m, select_dst_port: eth1, output_port: eth0}", name: "a")
    reconcile(lab, [file("z.yaml", first)])
    var holds = Holds()
    let result = lab.controller.reconcile([file("a.yaml", second), file("z.yaml", first)], &holds, now: .zero)
    #expect(Array(result.rejected.keys) == ["a"])
    #expect(lab.installed == ["zero": ["m"]])
  }

  @Test("S31: a cycle that the host closes later takes its mirrors down, says so, and undoes it when the cycle is gone")
  func laterCycle() throws {
    let lab = Lab()
    let files = [file("a.yaml", try Lab.profile("{name: m, select_dst_port: eth0, output_port: eth1}", Lab.span))]
    reconcile(lab, files)
    let before = lab.picture
    let free = lab.kernel.host
    lab.kernel.host.interfaces["eth1"]?.kind = "vlan"
    lab.kernel.host.interfaces["eth1"]?.link = .here("eth0")
    let result = reconcile(lab, files)
    let status = try #require(result.status?.mirrors.first { $0.report.name == "m" })
    #expect(status.report.state == .degraded)
    #expect(status.report.reasons.contains { $0.contains("eth1") }, "\(status.report.reasons)")
    #expect(!lab.picture.own.filters.keys.contains { $0.point.device == "eth0" })
    #expect(lab.picture.own.filters.keys.contains { $0.point.device == "tap1" })
    lab.kernel.host.interfaces["eth1"] = free.interfaces["eth1"]
    reconcile(lab, files)
    #expect(lab.picture == before)
  }

  @Test("In whatever order a file has its mirrors and bridges: one whose mirror the host no longer allows is not new")
  func orderOfMirrors() throws {
    let mirrors = [
      "{name: m, select_dst_port: eth0, output_port: eth1}", "{name: z, select_src_port: tap1, output_port: tap3}",
    ]
    let settings = ["{name: br0, flood_vlans: 5}", "{name: br1, flood_vlans: [7, 8]}"]
    for isReversed in [false, true] {
      let lab = Lab { host in
        Hosts.add(Interface(index: 95, name: "br1"), to: &host)
        host.interfaces["br1"]?.kind = "bridge"
        host.interfaces["br1"]?.bridge = Bridge(.aware)
      }
      let order = isReversed ? { (words: [String]) in words.reversed() } : { $0 }
      let files = try ["one", "two"].enumerated().map { number, name in
        file(
          "\(name).yaml",
          number == 0
            ? try Lab.profile(mirrors: order(mirrors), name: name)
            : try Lab.profile(mirrors: [], bridges: order(settings).joined(separator: ", "), name: name))
      }
      for files in [files, files.reversed()] {
        reconcile(lab, files)
        let free = lab.kernel.host
        lab.kernel.host.interfaces["eth1"]?.kind = "vlan"
        lab.kernel.host.interfaces["eth1"]?.link = .here("eth0")
        let result = reconcile(lab, files)
        #expect(result.rejected.isEmpty)
        #expect(result.status?.mirrors.first { $0.report.name == "m" }?.report.state == .degraded)
        #expect(lab.picture.own.filters.keys.contains { $0.point.device == "tap1" })
        lab.kernel.host.interfaces["eth1"] = free.interfaces["eth1"]
      }
    }
  }

  @Test("A mirror that the host no longer allows keeps no new profile from coming about")
  func innocentNewcomer() throws {
    let lab = Lab()
    let old = file("a.yaml", try Lab.profile("{name: m, select_dst_port: eth0, output_port: eth1}", name: "old"))
    reconcile(lab, [old])
    lab.kernel.host.interfaces["eth1"]?.kind = "vlan"
    lab.kernel.host.interfaces["eth1"]?.link = .here("eth0")
    reconcile(lab, [old, file("b.yaml", try Lab.profile(Lab.span))])
    #expect(lab.installed == ["old": ["m"], "lab": ["span"]])
    #expect(lab.picture.own.filters.keys.contains { $0.point.device == "tap1" })
    #expect(!lab.picture.own.filters.keys.contains { $0.point.device == "eth0" })
  }

  @Test(
    "S35: what a port copies changes in place, whatever is done to the copies and whichever frames they are of",
    arguments: ["", "snaplen: 96, ", "rate: 1mbit, ", "select_vlan: [10], ", "filter: \"\(FakeKernel.expression)\", "])
  func changeInPlace(words: String) throws {
    for others in ["snaplen: 64, ", ""] {
      let lab = Lab()
      for words in [words, others, words] {
        let mirror = "{name: m, select_src_port: eth0, \(words)output_port: eth1}"
        let result = reconcile(lab, [file("a.yaml", try Lab.profile(mirror))])
        let steps = result.steps.filter { $0.isAbout(hookOf: "eth0") }
        #expect(
          steps.isEmpty || steps.contains { if case .add(.qdisc) = $0 { true } else { false } } || steps.count == 1)
        #expect(lab.picture.own.filters.keys.filter { $0.point.device == "eth0" }.count == 1)
      }
    }
  }

  @Test("Whichever request fails, the rest comes about, nothing is left half-done unsaid, and the next try mends it")
  func failingRequests() throws {
    let files = [
      file("a.yaml", try Lab.profile(Lab.span, Lab.remote)), file("b.yaml", try Lab.profile(Lab.tunnel, name: "other")),
    ]
    let whole = Lab()
    reconcile(whole, files)
    var number = 0
    while true {
      let lab = Lab()
      lab.kernel.failingRequests = [number]
      var holds = Holds()
      let result = lab.controller.reconcile(files, &holds, now: .zero)
      guard lab.kernel.requestCount > number else { break }
      if lab.picture != whole.picture {
        #expect(!result.isComplete(holds), "request \(number)")
        #expect(result.failure != nil || !holds.all.isEmpty)
      }
      lab.kernel.failingRequests = []
      let later = lab.controller.reconcile(files, &holds, now: .seconds(3600))
      #expect(later.isComplete(holds), "request \(number): \(later.failure as Any) \(holds.all)")
      #expect(lab.picture.own.filters == whole.picture.own.filters, "request \(number)")
      number += 1
    }
    #expect(number > 20)
  }

  @Test("A mirror that the kernel refuses is left alone until its time has come; the others are put right meanwhile")
  func hold() throws {
    let lab = Lab()
    let files = [
      file("a.yaml", try Lab.profile(Lab.tunnel)), file("b.yaml", try Lab.profile(Lab.span, name: "other")),
    ]
    // The name of the tunnel's device is taken by something that is not ours.
    let probe = Lab()
    reconcile(probe, files)
    let device = try #require(
      probe.picture.own.devices.values.first { if case .tunnel = $0.kind { true } else { false } })
    Hosts.add(Interface(index: 91, name: device.name), to: &lab.kernel.host)
    var holds = Holds()
    let result = lab.controller.reconcile(files, &holds, now: .zero)
    #expect(result.failure == nil)
    #expect(holds.all.keys.map(\.profile) == ["lab"])
    #expect(lab.installed["other"] == ["span"])
    #expect(lab.kernel.log.filter { if case .add(.device) = $0 { true } else { false } }.isEmpty)
    // While it waits, nothing is sent for it.
    lab.kernel.failingRequests = []
    let quiet = lab.controller.reconcile(files, &holds, now: .milliseconds(1))
    #expect(lab.kernel.requestCount == 0)
    #expect(quiet.status?.mirrors.contains { $0.report.name == "far" && $0.report.state == .degraded } == true)
    lab.kernel.host.interfaces[device.name] = nil
    let later = lab.controller.reconcile(files, &holds, now: .seconds(100))
    #expect(later.isComplete(holds))
    #expect(lab.installed == ["lab": ["far"], "other": ["span"]])
  }

  @Test("A pause begins when the kernel has refused something, however long the look took until then")
  func pauseAfterALongLook() throws {
    let lab = Lab()
    lab.kernel.fault = { _, step in if case .add(.device) = step { .inTheWay } else { nil } }
    var holds = Holds()
    var time = Duration.zero
    let files = [file("a.yaml", try Lab.profile(Lab.tunnel))]
    _ = lab.controller.reconcile(files, &holds, now: time) {
      time += .seconds(100)
      return false
    }
    #expect(time > .seconds(100))
    #expect(try #require(holds.nextTry) > time)
  }

  @Test("There is a sign of life between any two looks, compilations and requests, also on the way back")
  func progress() throws {
    let lab = Lab()
    var (signs, asked, longest) = (0, 0, 0)
    let kernel = lab.kernel
    let controller = MirrorController(kernel: kernel, parse: Lab.parse) {
      signs += 1
      let now = kernel.questions + kernel.requestCount
      longest = max(longest, now - asked)
      asked = now
    }
    let mirrors = [
      "{name: a, select_dst_port: eth0, output_port: eth1}", "{name: b, select_dst_port: eth1, output_port: eth0}",
      "{name: c, select_src_port: eth0, output_port: eth1, filter: \"\(FakeKernel.expression)\"}", Lab.span, Lab.tunnel,
    ]
    var holds = Holds()
    let files = try mirrors.enumerated().map { file("\($0).yaml", try Lab.profile($1, name: "p\($0)")) }
    kernel.fault = { number, _ in number > 20 ? .other : nil }
    _ = controller.reconcile(files, &holds, now: .zero)
    #expect(kernel.requestCount > 20)
    // Features and routes are asked for together.
    #expect(longest <= 3, "\(longest) without a sign")
    #expect(signs >= kernel.requestCount)
  }

  @Test("Pauses double up to a minute; after what cannot pass they are a minute at once")
  func backoff() {
    let passing = ApplyError.observation(KernelError(cause: .passing, request: "", text: ""))
    let unclear = ApplyError.observation(KernelError(cause: .other, request: "", text: ""))
    let final = ApplyError.observation(KernelError(cause: .notSupported, request: "", text: ""))
    for error in [passing, unclear] {
      #expect((1...4).map { error.pause(attempts: $0) } == [100, 200, 400, 800].map { .milliseconds($0) })
      #expect(error.pause(attempts: 1000) == .seconds(60))
    }
    #expect(final.pause(attempts: 1) == .seconds(60))
    #expect(ApplyError.refused([]).pause(attempts: 1) == nil)
  }

  @Test("A look that fails is told, and changes nothing")
  func blindness() throws {
    let lab = Lab()
    let files = [file("a.yaml", try Lab.profile(Lab.span))]
    lab.kernel.looksUntilFailure = 0
    var holds = Holds()
    let result = lab.controller.reconcile(files, &holds, now: .zero)
    guard case .observation = result.failure else {
      Issue.record("\(result)")
      return
    }
    #expect(lab.picture == Lab().picture)
  }

  @Test("What a record has lost is left alone and told, unless a file says it anew")
  func damage() throws {
    let lab = Lab()
    _ = try lab.controller.apply(.apply([try Lab.profile(Lab.span)]))
    reconcile(lab, [file("b.yaml", try Lab.profile(Lab.tunnel, name: "other"))])
    let page = try #require(lab.kernel.host.own.actions.keys.filter { $0.index >= 0x6000_0000 }.min())
    lab.kernel.host.own.actions[page] = nil
    let before = lab.picture
    var holds = Holds()
    let result = lab.controller.reconcile([file("b.yaml", nil)], &holds, now: .zero)
    #expect(result.damaged.count == 1)
    #expect(lab.picture == before)
    reconcile(lab, [file("a.yaml", try Lab.profile(Lab.span)), file("b.yaml", nil)])
    #expect(lab.installed == ["lab": ["span"], "other": ["far"]])
  }
}

extension Step {
  /// Whether it adds, changes or removes a filter of a device, or its qdisc.
  fileprivate func isAbout(hookOf device: String) -> Bool {
    let object =
      switch self {
      case .add(let object), .change(_, let object), .remove(let object): object
      }
    return switch object {
    case .filter(let filter): filter.key.point.device == device
    case .qdisc(device): true
    case .qdisc, .action, .bridgePort, .device, .program: false
    }
  }
}
