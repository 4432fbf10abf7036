import TestSupport
import Testing

/// What is around a service and none of its business: the disk that it writes metrics to, and the time of day.
@Suite("Service: disk and clock", .fullKernel)
struct ServiceSurroundingsTests {
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}")

  private func metric(_ name: String, in path: String) throws -> Double? {
    let document = try ExpositionDocument(Command(["cat", path]).succeed())
    return document[name, name.contains("mirror_") ? ["profile": "lab", "mirror": "m0"] : [:]]
  }

  @Test("On a full disk the last textfile stays whole, the log says why, and mirrors are put right all the same")
  func fullDisk() throws {
    try withSwitchLab(hosts: 3) { lab in
      let folder = try ScratchFolder().path
      try Command(["mkdir", "-p", folder]).succeed()
      try Command(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]).succeed()
      defer { #expect(throws: Never.self) { try Command(["umount", folder]).succeed() } }
      let path = folder + "/mirrorctl.prom"
      let service = try RunningService(in: lab.sw, ["lab.yaml": Self.mirror], "--textfile", path)
      let before = try KernelDump(of: lab.sw)
      #expect(try metric("mirrorctl_mirror_up", in: path) == 1)
      let repairs = try #require(try metric("mirrorctl_reconcile_repairs_total", in: path))
      #expect(try Command(["sh", "-c", "cat /dev/zero > \(folder)/rest"]).run().status != 0)
      let text = try Command(["cat", path]).succeed()
      try lab.sw.tc("filter del dev tap1 ingress")
      try service.wait(for: "the complaint") { service.log.contains("write \(path): No space left on device") }
      try service.awaitSame(as: before)
      #expect(try Command(["cat", path]).succeed() == text)
      #expect(try Command(["ls", "-A", folder]).succeed() == "mirrorctl.prom\nrest\n")
      try Command(["rm", folder + "/rest"]).succeed()
      try lab.sw.tc("filter del dev tap1 ingress")
      try service.wait(for: "the end of it") { service.log.contains("no longer: write \(path)") }
      #expect(try metric("mirrorctl_reconcile_repairs_total", in: path) == repairs + 2)
    }
  }

  /// Nobody else goes by the clock of a user-mode kernel.
  private static let canSet = (try? Command(["grep", "-q", "User Mode Linux", "/proc/cpuinfo"]).run().status) == 0

  @Test(
    "A clock that is set, forwards or back, neither delays a repair nor causes looks", .enabled(if: canSet),
    arguments: ["1971-01-01", "2037-06-01", "2001-09-09"])
  func clock(date: String) throws {
    try withSwitchLab(hosts: 3) { lab in
      let service = try RunningService(in: lab.sw, Self.mirror)
      let before = try KernelDump(of: lab.sw)
      let now = try Command(["date", "+@%s"]).succeed().filter { !$0.isNewline }
      let looks = try service.looks()
      try Command(["date", "-s", date]).succeed()
      defer { #expect(throws: Never.self) { try Command(["date", "-s", now]).succeed() } }
      try lab.sw.tc("filter del dev tap1 ingress")
      try service.awaitSame(as: before)
      let more = try service.looks() - looks
      #expect(more <= 3)
    }
  }
}
