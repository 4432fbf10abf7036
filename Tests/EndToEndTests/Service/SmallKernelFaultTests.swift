import CLinux
import Glibc
import Netlink
import Testing

/// What goes wrong around a running service: it goes on, says so, and puts everything right once it can.
@Suite("Service: faults", .anyKernel)
struct SmallKernelFaultTests {
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}")

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

  private func openFiles(of process: Int32) throws -> Int {
    try Command(["ls", "/proc/\(process)/fd"]).succeed().split(separator: "\n").count
  }

  @Test("After some events and repairs, it needs no more files and hardly more memory for many more")
  func leaks() throws {
    try withService { lab, service in
      // All that it allocates comes from one heap, which grows when what is free is not enough.
      try service.restart(by: "env MALLOC_ARENA_MAX=1")
      let process = try process(of: service)
      let before = try KernelDump(of: lab.sw)
      let socket = try lab.sw.enter {
        try FileDescriptor("socket", Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0))
      }
      var files = 0
      for round in 0..<500 {
        if round == 200 {
          files = try openFiles(of: process)
          try service.limitMemory(toMore: 512)
        }
        let looks = try service.looks()
        if round % 10 == 0 {
          try lab.sw.tc("filter del dev tap1 ingress")
        } else {
          try setQueueLength(of: "tap3", to: 1000 + Int32(round), by: socket.number)
        }
        try service.wait(for: "look \(round)") { try service.looks() > looks }
      }
      // What it has open while it looks is closed a moment after it tells of the look.
      try Deadline.after(.seconds(60)).wait(for: "\(files) files") { try openFiles(of: process) <= files }
      try setQueueLength(of: "tap3", to: 1000, by: socket.number)
      try service.awaitSame(as: before)
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
      let storm = try Command(["ip", "-force", "-batch", "-"], input: lines.joined(separator: "\n") + "\n", in: lab.sw)
        .run()
      #expect(storm.errorText.split(separator: "\n").count <= 20, "all but some of the first came about: \(storm)")
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

  @Test("What it lacks to begin with ends it at once, with the reason")
  func cannotStart() throws {
    try withSwitchLab(hosts: 1) { lab in
      let manager = try ServiceManager(in: lab.sw)
      // "Too many open files", or for inotify "too many files are open or watched".
      let refusal = "oo many"
      var ended = 0
      // Four are open already.
      for limit in 5...100 {
        let words = ["prlimit", "--nofile=\(limit)", MirrorCommand.path, "daemon", "--profiles", "/nowhere"]
        let service = try Command(words, environment: ["NOTIFY_SOCKET=\(manager.address)"], in: lab.sw).start()
        try Deadline.after(.seconds(60)).wait(for: "\(limit) files to be enough or too few") {
          try manager.hear(until: .after(.seconds(1)), orEndOf: service)
          return try !service.isRunning() || manager.messages.contains { $0 == "READY=1\n" }
        }
        if manager.messages.contains(where: { $0 == "READY=1\n" }) {
          try service.signal(SIGTERM)
          #expect(try service.finish().status == 0)
          break
        }
        let output = try service.finish()
        #expect(output.status == 1 && output.errorText.contains(refusal), "\(limit) files: \(output)")
        ended += 1
      }
      #expect((1...50).contains(ended))
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
