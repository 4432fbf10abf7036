import Glibc
import Netlink
import Testing
import TrafficControl

/// What SIGHUP does, and what the service manager is told about it (`Type=notify-reload` of systemd.service(5)).
@Suite("Service: reload", .oneKernel)
struct SmallKernelReloadTests {
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}")
  private static let both = profile(
    "{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}",
    "{name: m1, bridge: br0, select_src_port: tap2, output_port: mon0}")

  /// Keeps the service from looking while it exists.
  private final class HeldLock {
    private let lock: ApplyLock

    /// Of the network namespace of the calling thread.
    init() throws(KernelError) { lock = try ApplyLock(patience: 10) }
  }

  /// A profile that no event tells of: its file is still open when the body runs.
  private func withUnseenProfile(
    _ text: String, _ body: (SwitchLab, RunningService, MirrorCommand) throws -> Void
  ) throws {
    try withSwitchLab(hosts: 3) { lab in
      _ = try lab.addWire("mon0")
      let service = try RunningService(in: lab.sw, Self.mirror)
      let flags = O_WRONLY | O_TRUNC | O_CLOEXEC
      let file = try FileDescriptor("open", unsafe open(service.profiles.path + "/lab.yaml", flags))
      try file.write(Array(text.utf8))
      try body(lab, service, MirrorCommand(in: lab.sw))
      withExtendedLifetime(file) {}
    }
  }

  private func moment(in message: String) -> Int? {
    message.split(separator: "\n").first { $0.hasPrefix("MONOTONIC_USEC=") }.flatMap { Int($0.dropFirst(15)) }
  }

  private func microseconds() -> Int {
    let parts = MonotonicClock.now().components
    return Int(parts.seconds) * 1_000_000 + Int(parts.attoseconds / 1_000_000_000_000)
  }

  @Test("The manager hears of the reload with its moment first, and that it is over when the mirrors are there")
  func order() throws {
    try withUnseenProfile(Self.both) { lab, service, mirrorctl in
      let position = try service.told().count
      var lock: HeldLock? = try lab.sw.enter { try HeldLock() }
      let earliest = microseconds()
      try service.signal(SIGHUP)
      try service.wait(for: "RELOADING") { try service.told().count > position }
      let latest = microseconds()
      // As long as it cannot look, the reload is not over; this takes it several tries.
      #expect(try mirrorctl.run("list").text == "m0\n")
      let first = try service.told()[position...]
      #expect(first.count == 1, "\(first)")
      let message = try #require(first.first)
      #expect(message.hasPrefix("RELOADING=1\nMONOTONIC_USEC="), "\(message)")
      #expect((earliest...latest).contains(try #require(moment(in: message))), "\(earliest) \(message) \(latest)")
      withExtendedLifetime(lock) {}
      lock = nil
      try service.wait(for: "the state after READY") { try service.told().count > position + 2 }
      #expect(try mirrorctl.run("list").text == "m0\nm1\n")
      let told = try service.told()[position...]
      #expect(Array(told.dropFirst().prefix(2)) == ["READY=1\n", "STATUS=2 mirrors: 2 active\n"], "\(told)")
      #expect(told.count { $0.contains("READY=1") } == 1, "\(told)")
      #expect(told.count { $0.contains("RELOADING=1") } == 1, "\(told)")
    }
  }

  @Test("So it does where the profile is bad: nothing changes, and the status says why")
  func badProfile() throws {
    try withUnseenProfile("version: 1\nmirrors: [{name: m0, bridge: br0\n") { lab, service, mirrorctl in
      let before = try KernelDump(of: lab.sw)
      let position = try service.told().count
      try service.reload()
      let told = try service.told()[position...]
      #expect(told.first?.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") == true, "\(told)")
      #expect(told.dropFirst().first == "READY=1\n", "\(told)")
      let state = told.dropFirst(2).first
      #expect(state?.hasPrefix("STATUS=1 mirror: 1 active; \(service.profiles.path)/lab.yaml:") == true, "\(told)")
      #expect(try mirrorctl.run("list").text == "m0\n")
      try before.expectUnchanged(in: lab.sw)
    }
  }
}
