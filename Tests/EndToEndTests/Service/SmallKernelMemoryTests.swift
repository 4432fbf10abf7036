import Testing

/// What becomes of a change when memory runs out (a program without memory traps), and of memory that is needed no more.
@Suite("Service: memory", .oneKernel)
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

  /// What the heap of a traced program has taken from the system and given back since some line of the trace, in bytes.
  private func heap(_ trace: String, since first: Int) throws -> (taken: Int, given: Int) {
    let page = 4096
    var ends: [Int] = []
    var unused: Set<Int> = []
    for line in try Command(["cat", trace]).succeed().split(separator: "\n").dropFirst(first) {
      if let call = line.firstMatch(of: /brk\(.*= 0x([0-9a-f]+)/), let end = Int(call.1, radix: 16) {
        ends.append(end)
      } else if let call = line.firstMatch(of: /madvise\(0x([0-9a-f]+), ([0-9]+), MADV_DONTNEED\) = 0/),
        let start = Int(call.1, radix: 16), let length = Int(call.2)
      {
        unused.formUnion(start / page..<(start + length) / page)
      }
    }
    guard let end = ends.last, let highest = ends.max(), let lowest = ends.first else { return (0, 0) }
    return (highest - lowest, highest - end + page * unused.count { $0 < end / page && $0 >= lowest / page })
  }

  @Test("Of what a look at many interfaces has taken, the service gives back more than half")
  func givenBack() throws {
    try withLab { lab in
      let ports = "\"port*\""
      let folder = try ScratchFolder()
      let trace = folder.path + "/trace"
      let service = try RunningService(
        in: lab.sw, profile("{name: m0, select_src_port: \(ports), select_dst_port: \(ports), output_port: mon0}"))
      try service.restart(by: "strace -D -f -qqq -e trace=brk,madvise -o", trace, "env MALLOC_ARENA_MAX=1")
      let start = try Command(["cat", trace]).succeed().split(separator: "\n").count
      let lines = (0..<600).map { "link add port\($0) type veth peer name other\($0)\n" }.joined()
      try service.whileStopped { try Command(["ip", "-batch", "-"], input: lines, in: lab.sw).succeed() }
      try service.reload()
      var heap = (taken: 0, given: 0)
      try service.wait(for: "memory to be given back") {
        heap = try self.heap(trace, since: start)
        return heap.taken > 1 << 20 && 2 * heap.given > heap.taken
      }
      print("taken \(heap.taken) bytes, given back \(heap.given)")
      try service.end()
    }
  }
}
