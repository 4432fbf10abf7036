import Testing

/// What becomes of a change when memory runs out (a program without memory traps), and of memory that is needed no more.
@Suite("Service: memory")
struct SmallKernelMemoryTests {
  private static let small = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}")
  /// Takes many requests, and much to work out.
  private static let large: String = {
    let absent = (0..<100).map { "absent\($0)" }.joined(separator: ", ")
    return profile(
      "{name: m0, bridge: br0, select_src_port: [tap2, \(absent)], output_port: tap3}",
      "{name: m1, bridge: br0, select_dst_port: [tap1, \(absent)], output_port: mon0}")
  }()

  private func withLab(_ body: (SwitchLab) throws -> Void) throws {
    try withSwitchLab(hosts: 3) { lab in
      _ = try lab.addWire("mon0")
      try body(lab)
    }
  }

  private static func limited(_ kibibytes: Int, _ words: [String]) -> [String] {
    ["env", "SWIFT_BACKTRACE=enable=no", "prlimit", "--core=0", "--as=\(kibibytes * 1024)", MirrorCommand.path] + words
  }

  @Test("A command that runs out of memory says nothing of success, and the next one brings all of it about")
  func command() throws {
    try withLab { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      var (tooLittle, enough) = (8 << 10, 128 << 10)
      var killed: [Int] = []
      var halfMade = 0
      while enough - tooLittle > 512 {
        let limit = (tooLittle + enough) / 2
        try mirrorctl.applyWithWarnings(Self.small)
        let before = try KernelDump(of: lab.sw)
        let words = Self.limited(limit, ["apply", "-f", "-"])
        let output = try Command(words, input: Self.large, in: lab.sw).run()
        let status = try mirrorctl.run("status")
        #expect(status.status == 0, "\(limit) KiB: \(status)")
        if output.status == 0 {
          enough = limit
          #expect(try mirrorctl.run("plan", "-f", "-", profile: Self.large).status == 0, "\(limit) KiB")
        } else {
          tooLittle = limit
          killed.append(limit)
          if try !KernelDump(of: lab.sw).changes(since: before).isEmpty { halfMade += 1 }
          try mirrorctl.applyWithWarnings(Self.large)
          #expect(try mirrorctl.run("plan", "-f", "-", profile: Self.large).status == 0, "\(limit) KiB")
        }
        try mirrorctl.clear()
      }
      print("\(enough) KiB are enough; of \(killed.count) runs with less, \(halfMade) left something half made")
      #expect(!killed.isEmpty)
    }
  }

  @Test("A service that runs out of memory goes on or ends; either way all of it is there once there is enough again")
  func service() throws {
    try withLab { lab in
      let service = try RunningService(in: lab.sw, Self.large)
      let large = try KernelDump(of: lab.sw)
      for room in [64, 1024] {
        try service.profiles.put(Self.small, as: "lab.yaml")
        try service.reload()
        let looks = try service.looks()
        try service.limitMemory(toMore: room)
        try service.profiles.put(Self.large, as: "lab.yaml")
        try service.awaitEnd { try service.looks() > looks }
        #expect(try MirrorCommand(in: lab.sw).run("status").status == 0)
        // As its manager does.
        try service.start()
        try large.expectUnchanged(in: lab.sw, "\(room) KiB")
      }
    }
  }

  @Test("Of what a look at many interfaces has taken, the service gives back more than half")
  func givenBack() throws {
    try withLab { lab in
      let ports = "\"port*\""
      let service = try RunningService(
        in: lab.sw, profile("{name: m0, select_src_port: \(ports), select_dst_port: \(ports), output_port: mon0}"))
      let before = try service.memory("VmRSS")
      let lines = (0..<600).map { "link add port\($0) type veth peer name other\($0)\n" }.joined()
      try Command(["ip", "-batch", "-"], input: lines, in: lab.sw).succeed()
      try service.reload()
      #expect(try service.memory("VmHWM") > before + 2048, "it takes so much that there is something to give back")
      try service.wait(for: "memory to be given back") {
        try service.memory("VmRSS") - before < (service.memory("VmHWM") - before) / 2
      }
    }
  }
}
