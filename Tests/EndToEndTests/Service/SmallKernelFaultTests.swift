import CLinux
import Glibc
import Netlink
import TestSupport
import Testing

/// What goes wrong around a running service: it goes on, says so, and puts everything right once it can.
@Suite("Service: faults")
struct SmallKernelFaultTests {
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}")
  private static let both = profile(
    "{name: m0, bridge: br0, select_src_port: [tap1, tap2], select_dst_port: tap1, output_port: mon0}",
    "{name: m1, bridge: br0, select_src_port: tap3, output_port: [mon0, tap2]}")

  private func withService(_ text: String = mirror, _ body: (SwitchLab, RunningService) throws -> Void) throws {
    try withSwitchLab(hosts: 3) { lab in
      _ = try lab.addWire("mon0")
      try body(lab, RunningService(in: lab.sw, text))
    }
  }

  private func process(of service: RunningService) throws -> Int32 {
    let holder = try service.namespace.enter { try ServiceLock.holder() }
    return try #require(holder).process
  }

  /// Its open files and the memory that it has, in KiB.
  private func use(of process: Int32) throws -> (files: Int, memory: Int) {
    let files = try Command(["ls", "/proc/\(process)/fd"]).succeed().split(separator: "\n").count
    let status = try Command(["cat", "/proc/\(process)/status"]).succeed()
    let memory = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") }?.split(separator: " ").dropLast().last
    return (files, memory.flatMap { Int($0) } ?? 0)
  }

  private static func number(_ name: String, _ usual: Int) -> Int {
    guard let text = unsafe getenv(name) else { return usual }
    return unsafe Int(String(cString: text)) ?? usual
  }

  @Test("Killed at any moment of a change, it brings all of it about when it is started again")
  func killed() throws {
    let seed = UInt64(Self.number("MIRRORCTL_KILL_SEED", Int.random(in: 1...1_000_000)))
    print("kills: MIRRORCTL_KILL_SEED=\(seed)")
    var generator = SeededGenerator(seed: seed)
    try withService { lab, service in
      // What has counted stays, so both have to have been there before they are looked at.
      let dumps = try [Self.both, Self.mirror, Self.both].map { text in
        try service.profiles.put(text, as: "lab.yaml")
        try service.reload()
        return try KernelDump(of: lab.sw)
      }
      for round in 0..<Self.number("MIRRORCTL_KILLS", 15) {
        let pause = UInt32.random(in: 0...30_000, using: &generator)
        try service.profiles.put(round % 2 == 0 ? Self.mirror : Self.both, as: "lab.yaml")
        usleep(pause)
        try service.end(by: SIGKILL)
        try service.start()
        try dumps[1 + round % 2].expectUnchanged(
          in: lab.sw, "MIRRORCTL_KILL_SEED=\(seed): round \(round), after \(pause) µs")
      }
    }
  }

  @Test("After many events and repairs it has no more files open than before, and no more memory")
  func leaks() throws {
    try withService { lab, service in
      let process = try process(of: service)
      let rounds = Self.number("MIRRORCTL_SOAK_EVENTS", 500)
      let warmUp = min(200, rounds / 2)
      let before = try KernelDump(of: lab.sw)
      let socket = try lab.sw.enter {
        try FileDescriptor("socket", Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0))
      }
      var first: (files: Int, memory: Int) = (0, 0)
      for round in 0..<rounds {
        if round == warmUp { first = try use(of: process) }
        let looks = try service.looks()
        if round % 10 == 0 {
          try lab.sw.tc("filter del dev tap1 ingress")
        } else {
          try setQueueLength(of: "tap3", to: 1000 + Int32(round), by: socket.number)
        }
        try service.wait(for: "look \(round)") { try service.looks() > looks }
      }
      let last = try use(of: process)
      #expect(last.files == first.files)
      #expect(last.memory - first.memory < 1024, "\(first) \(last)")
      try setQueueLength(of: "tap3", to: 1000, by: socket.number)
      try service.awaitSame(as: before)
      print("\(rounds) events: \(first.memory) KiB and \(first.files) files, then \(last.memory) KiB and \(last.files)")
    }
  }

  /// Changes something about an interface that only an event tells of.
  private func setQueueLength(of interface: String, to length: Int32, by socket: Int32) throws {
    var request = unsafe ifreq()
    unsafe withUnsafeMutableBytes(of: &request.ifr_ifrn) { unsafe $0.copyBytes(from: interface.utf8) }
    unsafe request.ifr_ifru.ifru_ivalue = length
    try checked("SIOCSIFTXQLEN", unsafe ioctl(socket, UInt(SIOCSIFTXQLEN), &request))
  }

  private static let output =
    "link add out0 address 02:00:00:00:09:01 up type veth peer name far0 address 02:00:00:00:09:02"
  private static func source(_ number: Int) -> String { "link add sx\(number) up type veth peer name peer\(number)" }

  @Test("Interfaces that come and go all the time, between each look and what follows from it")
  func storm() throws {
    try withService(
      profile(
        "{name: m0, select_src_port: \"sx*\", output_port: [mon0, out0]}",
        "{name: m1, bridge: br0, select_src_port: tap1, output_port: mon0}")
    ) { lab, service in
      try lab.sw.ip(Self.output, "link set dev far0 up", Self.source(0))
      try service.awaitState("active")
      try lab.sw.ip("link del sx0")
      try service.reload()
      let steady = try KernelDump(of: lab.sw)
      var lines: [String] = []
      for round in 0..<150 {
        lines.append(Self.source(round % 7))
        lines.append("link set dev mon0 \(round % 2 == 0 ? "down" : "up")")
        if round % 3 == 0 { lines.append("link del out0") }
        lines.append("link del sx\((round + 3) % 7)")
        if round % 3 == 0 { lines += [Self.output, "link set dev far0 up"] }
      }
      lines += (0..<7).map { "link del sx\($0)" } + ["link set dev mon0 up"]
      _ = try Command(["ip", "-force", "-batch", "-"], input: lines.joined(separator: "\n") + "\n", in: lab.sw).run()
      try lab.sw.tc("filter del dev tap1 ingress")
      try service.awaitSame(as: steady)
    }
  }

  @Test("Something of others in our places is gone round")
  func inTheWay() throws {
    try withSwitchLab(hosts: 3) { lab in
      _ = try lab.addWire("mon0")
      // Not ours for want of a cookie, in the place of the first mirror's actions.
      try lab.sw.tc("actions add action mirred egress mirror dev tap2 index \(0x5000_0010)")
      try lab.sw.tc(
        "qdisc add dev tap1 clsact",
        "filter add dev tap1 ingress pref 512 protocol all u32 match u8 0 0 at 0 flowid 1:1")
      let before = try KernelDump(of: lab.sw)
      let service = try RunningService(in: lab.sw, Self.mirror)
      #expect(try MirrorCommand(in: lab.sw).status("m0").state == "active")
      try service.profiles.remove("lab.yaml")
      try service.reload()
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("Without files to open it says so and goes on when there are some again")
  func noFiles() throws {
    try withService { lab, service in
      let process = try process(of: service)
      let before = try KernelDump(of: lab.sw)
      let limit = try Command([
        "prlimit", "--noheadings", "--raw", "--output", "SOFT", "--nofile", "--pid", "\(process)",
      ])
      .succeed().filter(\.isNumber)
      try Command(["prlimit", "--pid", "\(process)", "--nofile=1:"]).succeed()
      try lab.sw.tc("filter del dev tap1 ingress")
      try service.wait(for: "the complaint") { service.log.contains("Too many open files") }
      try Command(["prlimit", "--pid", "\(process)", "--nofile=\(limit):"]).succeed()
      try service.awaitSame(as: before)
    }
  }

  @Test(
    "What it lacks to begin with ends it at once, with the reason",
    arguments: [4, 6, 8, 10])
  func cannotStart(limit: Int) throws {
    try withSwitchLab(hosts: 1) { lab in
      let words = [
        "timeout", "10", "prlimit", "--nofile=\(limit)", MirrorCommand.path, "daemon", "--profiles", "/nowhere",
      ]
      let output = try Command(words, in: lab.sw).run()
      // 127: the program's own libraries are too many; 124: it had enough.
      #expect([1, 124, 127].contains(output.status), "\(output)")
      if output.status == 1 { #expect(output.errorText.contains("oo many"), "\(output)") }
    }
  }

  @Test("Without CAP_NET_ADMIN it says what is missing")
  func notPermitted() throws {
    try withSwitchLab(hosts: 1) { lab in
      let words = ["setpriv", "--bounding-set", "-net_admin", MirrorCommand.path, "daemon", "--profiles", "/nowhere"]
      let output = try Command(words, in: lab.sw).run()
      #expect(output.status != 0)
      #expect(output.errorText.contains("CAP_NET_ADMIN"), "\(output)")
    }
  }
}
