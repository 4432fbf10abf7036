import Glibc
import Testing

/// What the service manager hears while a service starts: systemd ignores datagrams above 4,096 bytes, and so does the one here.
@Suite("S48: Service manager", .oneKernel)
struct SmallKernelManagerTests {
  /// Starts a service on a folder, and gives what it has told when it has said how it is after READY.
  private func start(
    _ profiles: [String: String], _ environment: [String] = [], in lab: SwitchLab
  ) throws -> [String] {
    let folder = try ScratchFolder()
    for (name, text) in profiles { try folder.put(text, as: name) }
    let manager = try ServiceManager(in: lab.sw)
    let service = try Command(
      [MirrorCommand.path, "daemon", "--profiles", folder.path],
      environment: ["NOTIFY_SOCKET=\(manager.address)"] + environment, in: lab.sw
    ).start()
    defer {
      #expect(throws: Never.self) {
        try service.signal(SIGKILL)
        _ = try service.finish()
      }
    }
    try Deadline.after(.seconds(60)).wait(for: "a service that is ready and says how it is") {
      try manager.hear(until: .after(.seconds(1)), orEndOf: service)
      return manager.messages.drop { $0 != "READY=1\n" }.contains { $0.hasPrefix("STATUS=") }
    }
    withExtendedLifetime(folder) {}
    return manager.messages
  }

  @Test("Readiness comes alone and first, however much there is to say of a file")
  func manyFindings() throws {
    try withSwitchLab(hosts: 2) { lab in
      let mirrors = (0..<60).map {
        "{name: m\($0), select_src_prt: \(String(repeating: "é", count: 100)), output_port: tap2}"
      }
      let told = try start(["bad.yaml": profile(mirrors: mirrors)], in: lab)
      #expect(told.first == "READY=1\n", "\(told)")
      let state = try #require(told.dropFirst().first)
      #expect(state.hasPrefix("STATUS=0 mirrors; ") && state.hasSuffix("…\n"), "\(state)")
    }
  }

  @Test("A service that ends leaves no file of its network namespace behind")
  func filesGo() throws {
    try withSwitchLab(hosts: 2) { lab in
      let inode = try Command(["stat", "-Lc", "%i", "/proc/self/ns/net"], in: lab.sw).succeed().filter(\.isNumber)
      func files() throws -> String {
        try Command(["find", "/run/mirrorctl", "-name", "\(inode).*", "-printf", "%f "]).succeed()
      }
      let service = try RunningService(
        in: lab.sw, profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap2}"))
      #expect(try files().split(separator: " ").count { $0.hasSuffix(".json") || $0.hasSuffix(".service") } == 2)
      try service.end()
      #expect(try files() == "")
    }
  }

  @Test("Its watchdog is fed while the first look works, not only before and after")
  func watchdog() throws {
    try withSwitchLab(hosts: 2) { lab in
      let mirrors = (0..<20).map {
        "{name: m\($0), bridge: br0, select_src_port: tap1, select_vlan: \($0), output_port: tap2}"
      }
      // A third of this has always passed.
      let told = try start(["many.yaml": profile(mirrors: mirrors)], ["WATCHDOG_USEC=1"], in: lab)
      let before = told.prefix { $0 != "READY=1\n" }
      #expect(before.allSatisfy { $0 == "WATCHDOG=1\n" }, "\(before)")
      // One before the look; then for each look at the kernel, each compilation and each datagram of requests.
      #expect(before.count > 4, "\(before.count)")
    }
  }
}
