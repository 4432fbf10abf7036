import Testing

/// S39: whoever starts virtual machines and containers finds their ports as if nobody mirrored them.
@Suite("Service: never in the way", .anyKernel)
struct SmallKernelGuestTests {
  private static let mirror = profile("{name: m0, select_src_port: \"vnet*\", output_port: mon0}")

  private func withLab(_ body: (SwitchLab, _ analyser: Capture, _ guests: NetworkNamespace) throws -> Void) throws {
    try withSwitchLab(hosts: 1) { lab in
      let analyser = try lab.capture(wire: "mon0", to: lab.addWire("mon0"))
      try body(lab, analyser, lab.topology.makeNamespaces(["guests"])[0])
    }
  }

  /// Makes ports of guests, as what starts them does, and waits until the service has seen to them.
  private func makePorts(
    _ numbers: Range<Int>, _ lab: SwitchLab, _ guests: NetworkNamespace, _ service: RunningService
  ) throws {
    let looks = try service.looks()
    try lab.sw.run(
      "ip",
      numbers.flatMap { number in
        [
          "link add vnet\(number) type veth peer name e\(number) netns \(guests)",
          "link set dev vnet\(number) master br0 up",
        ]
      })
    try service.wait(for: "the service to see them") { try service.looks() > looks }
    try guests.run("ip", numbers.map { "link set dev e\($0) arp off up" })
  }

  private func frame(_ number: Int) -> Frame {
    .udp(UInt16(number), to: SwitchLab.address(1), from: SwitchLab.address(100 + number))
  }

  private func expectCopies(of numbers: Range<Int>, _ analyser: Capture, _ guests: NetworkNamespace) throws {
    for number in numbers { try FrameSocket("e\(number)", in: guests, hearing: .nothing).send(frame(number)) }
    #expect(try analyser.drain() == numbers.map(frame))
  }

  @Test(
    "S39: libvirt's <bandwidth> for a hundred machines that start beside the service: none fails, and all are mirrored")
  func libvirt() throws {
    try withLab { lab, analyser, guests in
      let service = try RunningService(in: lab.sw, Self.mirror, grace: 2)
      for first in stride(from: 0, to: 100, by: 10) {
        let numbers = first..<first + 10
        try makePorts(numbers, lab, guests, service)
        let removals = numbers.flatMap { ["qdisc del dev vnet\($0) root", "qdisc del dev vnet\($0) ingress"] }
        // There is nothing yet that could be removed.
        _ = try Command(
          ["tc", "-force", "-batch", "-"], input: removals.joined(separator: "\n") + "\n", in: lab.sw
        ).run()
        try lab.sw.run("tc", numbers.map { "qdisc add dev vnet\($0) ingress" })
        try lab.sw.run(
          "tc", numbers.map { "filter add dev vnet\($0) ingress protocol all u32 match u32 0 0 flowid 1:1" })
      }
      try service.awaitState("active")
      try expectCopies(of: 0..<100, analyser, guests)
    }
  }

  @Test(
    "S39: without tcx a new port is left alone, with the reason, and mirrored when that time is over"
  )
  func grace() throws {
    try withLab { lab, analyser, guests in
      guard try lab.sw.programs(at: "tap1", .ingress) == nil else { try Test.cancel("this kernel has tcx") }
      let service = try RunningService(in: lab.sw, Self.mirror, grace: 2)
      try makePorts(0..<1, lab, guests, service)
      try service.awaitState("active")
      #expect(service.log.contains("vnet0 has just appeared"), "\(service.log)")
      try expectCopies(of: 0..<1, analyser, guests)
    }
  }

  @Test(
    "S39: with tcx a port that has just appeared is mirrored by a program, which stays when the service starts again")
  func program() throws {
    try withLab { lab, analyser, guests in
      guard try lab.sw.programs(at: "tap1", .ingress) != nil else { try Test.cancel("this kernel lacks tcx") }
      let service = try RunningService(in: lab.sw, Self.mirror, grace: 3600)
      try makePorts(0..<1, lab, guests, service)
      let programs = try lab.sw.programs(at: "vnet0", .ingress)
      #expect(programs?.count == 1)
      try service.end()
      try service.start()
      #expect(try lab.sw.programs(at: "vnet0", .ingress) == programs)
      #expect(try KernelDump(of: lab.sw).lines(with: "qdisc clsact").contains { $0.contains("vnet0") } == false)
      try expectCopies(of: 0..<1, analyser, guests)
    }
  }

  @Test(
    "S39: who takes the qdisc of a mirror away may add another; the mirror goes on, with that one or with its own again",
    arguments: [true, false])
  func replacement(isReplaced: Bool) throws {
    try withLab { lab, analyser, guests in
      try lab.sw.run(
        "ip", ["link add vnet0 type veth peer name e0 netns \(guests)", "link set dev vnet0 master br0 up"])
      try guests.run("ip", ["link set dev e0 arp off up"])
      let service = try RunningService(in: lab.sw, Self.mirror, grace: 2)
      let looks = try service.looks()
      try lab.sw.tc("qdisc del dev vnet0 clsact")
      try service.wait(for: "the service to see it") { try service.looks() > looks }
      if isReplaced { try lab.sw.tc("qdisc add dev vnet0 ingress") }
      try service.awaitState("active")
      try expectCopies(of: 0..<1, analyser, guests)
    }
  }

  @Test("S39: with no grace nobody is waited for")
  func noGrace() throws {
    try withLab { lab, analyser, guests in
      let service = try RunningService(in: lab.sw, Self.mirror)
      try makePorts(0..<1, lab, guests, service)
      try service.awaitState("active")
      #expect(try KernelDump(of: lab.sw).lines(with: "filter vnet0 ingress").isEmpty == false)
      try expectCopies(of: 0..<1, analyser, guests)
    }
  }
}
