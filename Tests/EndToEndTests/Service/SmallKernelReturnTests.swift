import Testing

/// S4, S22: interfaces that go, change and come back under their names, nobody applying anything.
@Suite("Service: interfaces that go and come back", .anyKernel)
struct SmallKernelReturnTests {
  private static let mirror = profile(
    "{name: m0, bridge: br0, select_src_port: [tap1, guest-1], select_dst_port: tap1, output_port: mon0}")

  /// Something that happens to interfaces, and what ends it, in commands of ip(8) for the switch; those that begin with
  /// `elsewhere:` are for another namespace.
  struct Trouble: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// How status tells of it; `nil`: the mirror stays active.
    let reason: String?
    let begin: [String]
    let end: [String]

    init(_ name: String, _ reason: String?, _ begin: [String], until end: [String]) {
      (testDescription, self.reason, self.begin, self.end) = (name, reason, begin, end)
    }
  }

  private static let newTap1 =
    "link add tap1 address 02:00:00:00:01:01 type veth peer name eth0 address 02:00:00:00:00:01 netns HOST1"
  private static let joinTap1 = "link set dev tap1 master br0 up"
  private static let nameTap1 = "link property add dev tap1 altname guest-1"
  private static let newBridge =
    "link add br0 address 02:00:00:00:02:00 type bridge stp_state 0 forward_delay 0 mcast_snooping 0"

  /// Kernels before 6.2 give no other name to an interface that is up.
  private static func rename(_ old: String, to new: String) -> [String] {
    ["link set dev \(old) down", "link set dev \(old) name \(new)", "link set dev \(new) up"]
  }

  static let troubles = [
    Trouble(
      "the source is deleted and made again", "tap1 does not exist", ["link del dev tap1"],
      until: [newTap1, nameTap1, joinTap1]),
    Trouble(
      "the output is deleted and made again", "output mon0 does not exist", ["link del dev mon0"],
      until: ["link add mon0 address 02:00:00:00:04:01 type veth peer name eth0 netns MON", "link set dev mon0 up"]),
    Trouble(
      "the source has another name for a while", "tap1 does not exist", rename("tap1", to: "x1"),
      until: rename("x1", to: "tap1")),
    Trouble(
      "the output has another name for a while", "output mon0 does not exist", rename("mon0", to: "x1"),
      until: rename("x1", to: "mon0")),
    Trouble(
      "both have other names for a while", "tap1 does not exist",
      rename("mon0", to: "x1") + rename("tap1", to: "x2"),
      until: rename("x1", to: "mon0") + rename("x2", to: "tap1")),
    Trouble(
      "the source is elsewhere for a while", "tap1 does not exist", ["link set dev tap1 netns ELSEWHERE"],
      until: ["elsewhere: link set dev tap1 netns SW", joinTap1]),
    Trouble(
      "the output is elsewhere for a while", "output mon0 does not exist", ["link set dev mon0 netns ELSEWHERE"],
      until: ["elsewhere: link set dev mon0 netns SW", "link set dev mon0 up"]),
    Trouble(
      "the output is set down for a while", "output mon0 is down", ["link set dev mon0 down"],
      until: ["link set dev mon0 up"]),
    Trouble(
      "the source is set down for a while", nil, ["link set dev tap1 down"], until: ["link set dev tap1 up"]),
    Trouble(
      "the source loses its other name for a while", "guest-1", ["link property del dev tap1 altname guest-1"],
      until: [nameTap1]),
    Trouble(
      "the source is no port for a while", "tap1", ["link set dev tap1 nomaster"], until: [joinTap1]),
    Trouble(
      "the bridge is deleted and made again", "br0", ["link del dev br0"],
      until: [newBridge, "link set dev br0 up", joinTap1, "link set dev tap2 master br0"]),
  ]

  /// A switch with a service and an analyser.
  private struct Place {
    let lab: SwitchLab
    let analyser: NetworkNamespace
    let elsewhere: NetworkNamespace

    init(_ lab: SwitchLab) throws {
      self.lab = lab
      analyser = try lab.addWire("mon0")
      elsewhere = try lab.topology.makeNamespaces(["elsewhere"])[0]
      try lab.sw.ip(SmallKernelReturnTests.nameTap1, "link set dev mon0 address 02:00:00:00:04:01")
    }

    func run(_ commands: [String]) throws {
      for command in commands {
        let words = command.replacing("HOST1", with: "\(lab.host(1))").replacing("MON", with: "\(analyser)")
          .replacing("ELSEWHERE", with: "\(elsewhere)").replacing("SW", with: "\(lab.sw)")
        let place = words.hasPrefix("elsewhere: ") ? elsewhere : lab.sw
        try place.ip(words.replacing("elsewhere: ", with: ""))
      }
    }

    /// Brings up what was made anew, and waits until it forwards.
    func settle() throws {
      try lab.host(1).ip("link set dev eth0 up")
      try analyser.ip("link set dev eth0 arp off up")
      try lab.sw.awaitForwarding()
    }

    /// A frame that enters by port 1 and one that leaves there arrive at the analyser once each.
    func expectCopies(_ moment: Comment) throws {
      let capture = try lab.capture(wire: "mon0", to: analyser)
      let frames = [(1, 2), (2, 1)].map { Frame.udp(7, to: SwitchLab.address($0.1), from: SwitchLab.address($0.0)) }
      for (number, frame) in zip(1..., frames) {
        try lab.send(frame, from: number)
        #expect(try capture.drain() == [frame], moment)
      }
    }
  }

  @Test("S4, S22, S36: it heals by itself, and all is as it was before", arguments: troubles)
  func heals(trouble: Trouble) throws {
    try withSwitchLab(hosts: 2) { lab in
      let place = try Place(lab)
      let service = try RunningService(in: lab.sw, Self.mirror)
      let before = try KernelDump(of: lab.sw)
      try place.expectCopies("before")
      try place.run(trouble.begin)
      if let reason = trouble.reason {
        let degraded = try service.awaitState("degraded")
        #expect(degraded.reasons.contains { $0.contains(reason) }, "\(degraded.reasons)")
      }
      // What it does for the time being is done.
      try service.reload()
      try place.run(trouble.end)
      try place.settle()
      try service.awaitSame(as: before)
      try place.expectCopies("after")
      #expect(try MirrorCommand(in: lab.sw).status("m0").state == "active")
    }
  }

  @Test("S2: a port that joins the bridge is mirrored, one that leaves is not")
  func membership() throws {
    try withSwitchLab(hosts: 3) { lab in
      let place = try Place(lab)
      let service = try RunningService(
        in: lab.sw, profile("{name: m0, bridge: br0, select_all: true, output_port: mon0}"))
      let all = try KernelDump(of: lab.sw)
      let capture = try lab.capture(wire: "mon0", to: place.analyser)
      let frames = (1...3).map { Frame.udp(UInt16($0), to: .broadcast, from: SwitchLab.address($0)) }
      func copies() throws -> [Frame] {
        for (number, frame) in zip(1..., frames) { try lab.send(frame, from: number) }
        return try capture.drain()
      }
      #expect(try copies() == frames)
      try lab.sw.ip("link set dev tap3 nomaster")
      try service.wait(for: "the port to be free") {
        try !KernelDump(of: lab.sw).contains("qdisc clsact ffff: dev tap3")
      }
      try service.reload()
      #expect(service.repairs.last == 2, "\(service.log)")
      #expect(try copies() == Array(frames.prefix(2)))
      try lab.sw.ip("link set dev tap3 master br0")
      try service.awaitSame(as: all)
      try lab.sw.awaitForwarding()
      try service.reload()
      #expect(service.repairs.last == 2, "\(service.log)")
      #expect(try copies() == frames)
    }
  }

  @Test("S4: a thousand interfaces appear at once and go again: all are mirrored, by few looks")
  func thousand() throws {
    try withSwitchLab(hosts: 2) { lab in
      try lab.removeBridge()
      let place = try Place(lab)
      let service = try RunningService(
        in: lab.sw, profile("{name: m0, select_src_port: [tap1, \"vm*\"], output_port: mon0}"))
      let before = try KernelDump(of: lab.sw)
      let (looks, wholeLooks) = (try service.looks(), try service.wholeLooks())
      let numbers = 1...1000
      func group(_ number: Int) -> Int { 1 + (number - 1) / 100 }
      let lines = numbers.map { "link add vm\($0) group \(group($0)) type veth peer name peer\($0)\n" }
      try service.whileStopped { try Command(["ip", "-batch", "-"], input: lines.joined(), in: lab.sw).succeed() }
      let mirrorctl = MirrorCommand(in: lab.sw)
      try service.wait(for: "all of them") { try mirrorctl.status("m0").sources.count == 1001 }
      try service.reload()
      let (sum, steps) = (try service.looks() - looks, service.repairs.dropFirst().reduce(0, +))
      #expect(steps == 2000, "a qdisc and a filter each")
      #expect(sum <= 4, "\(sum) looks")
      let questions = numbers.map { "filter show dev vm\($0) ingress\n" }.joined()
      let filters = try Command(["tc", "-batch", "-"], input: questions, in: lab.sw).succeed()
      let own = filters.split(separator: " ").count { $0 == "bytecode" }
      #expect(own < 64, "the other filters share a program, as a kernel does not free a thousand at once gladly")
      try lab.sw.ip(
        "link set dev vm1 up", "link set dev vm1000 up", "link set dev peer1 up", "link set dev peer1000 up")
      try lab.sw.awaitForwarding()
      let capture = try lab.capture(wire: "mon0", to: place.analyser)
      for number in [1, 1000] {
        let frame = Frame.udp(UInt16(number), to: .broadcast, from: SwitchLab.address(1))
        try FrameSocket("peer\(number)", in: lab.sw, hearing: .nothing).send(frame)
        #expect(try capture.drain() == [frame])
      }
      // One by one they would take longer than everything else, as the kernel waits for each.
      let gone = Set(numbers.map(group)).sorted().map { "link del group \($0)\n" }
      try service.whileStopped { try Command(["ip", "-batch", "-"], input: gone.joined(), in: lab.sw).succeed() }
      try service.awaitSame(as: before)
      #expect(try service.wholeLooks() - wholeLooks <= 6)
    }
  }
}
