import Glibc
import Testing

/// Who decides about a profile while the service runs and while it does not.
@Suite("Service: ownership", .oneKernel)
struct SmallKernelOwnershipTests {
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: mon0}")
  private static let manual =
    "{version: 1, profile: manual, mirrors: [{name: m9, bridge: br0, select_src_port: tap2, output_port: mon0}]}"

  private func withLab(_ body: (SwitchLab, MirrorCommand) throws -> Void) throws {
    try withSwitchLab(hosts: 3) { lab in
      _ = try lab.addWire("mon0")
      try body(lab, MirrorCommand(in: lab.sw))
    }
  }

  @Test("Commands do not change what a running service keeps, and name its file")
  func refused() throws {
    try withLab { lab, mirrorctl in
      let service = try RunningService(in: lab.sw, Self.mirror)
      try mirrorctl.apply(Self.manual)
      let before = try KernelDump(of: lab.sw)
      for words in [
        ["plan", "-f", "-"], ["apply", "-f", "-"], ["delete", "m0"], ["disable", "m0"], ["enable", "m0"], ["clear"],
      ] {
        let output = try mirrorctl.command(words, profile: Self.mirror).run()
        #expect(output.status == 1, "\(words): \(output)")
        #expect(output.errorText.contains("\(service.profiles.path)/lab.yaml"), "\(words): \(output)")
        try before.expectUnchanged(in: lab.sw)
      }
      for words in [
        ["explain", "-f", "-"], ["status"], ["list"], ["disable", "m9"], ["enable", "m9"], ["delete", "m9"],
      ] {
        let output = try mirrorctl.command(words, profile: Self.mirror).run()
        #expect(output.status == 0, "\(words): \(output)")
      }
    }
  }

  @Test("Without it they do, and what its files say is in force again as soon as it is back")
  func stopped() throws {
    try withLab { lab, mirrorctl in
      let service = try RunningService(in: lab.sw, Self.mirror)
      let before = try KernelDump(of: lab.sw)
      for words in [["delete", "m0"], ["disable", "m0"], ["clear"]] {
        try service.end()
        try before.expectUnchanged(in: lab.sw)
        let output = try mirrorctl.command(words, profile: "").run()
        #expect(output.status == 0, "\(words): \(output)")
        #expect(try !KernelDump(of: lab.sw).changes(since: before).isEmpty)
        try service.start()
        try before.expectUnchanged(in: lab.sw, "\(words)")
      }
    }
  }

  @Test("A profile that was applied by command stays, is put right by the service, and gives way to a file of its name")
  func commands() throws {
    try withLab { lab, mirrorctl in
      try mirrorctl.apply(Self.manual)
      let manual = try KernelDump(of: lab.sw)
      let service = try RunningService(in: lab.sw, [:])
      try manual.expectUnchanged(in: lab.sw)
      try lab.sw.tc("filter del dev tap2 ingress")
      try service.awaitSame(as: manual)
      let shown = try mirrorctl.run("show", "m9", "-o", "json").text
      #expect(shown.contains("\"file\" : null"), "\(shown)")
      #expect(try mirrorctl.run("show", "m9").text.contains("kept by         : command\n"))
      try service.profiles.put(Self.manual, as: "mine.yaml")
      try service.wait(for: "the file to take over") {
        try mirrorctl.run("status", "-o", "json").text.contains("\"file\" : \"mine.yaml\"")
      }
      #expect(try mirrorctl.run("delete", "m9").status == 1)
      try service.profiles.remove("mine.yaml")
      try service.wait(for: "the removal") { try mirrorctl.run("list").text.isEmpty }
    }
  }

  @Test("One service in one namespace; in another one there may be another")
  func two() throws {
    try withLab { lab, _ in
      let service = try RunningService(in: lab.sw, Self.mirror)
      let before = try KernelDump(of: lab.sw)
      let words = [MirrorCommand.path, "daemon", "--profiles", "/nowhere"]
      let second = try Command(words, in: lab.sw).run()
      #expect(second.status == 1)
      #expect(second.errorText.contains(service.profiles.path), "\(second)")
      let elsewhere = try RunningService(in: lab.host(1), [:])
      try elsewhere.end()
      try service.reload()
      try before.expectUnchanged(in: lab.sw)
    }
  }
}
