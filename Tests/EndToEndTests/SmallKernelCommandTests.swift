import FoundationEssentials
import Testing

/// The command line itself: exit statuses, diagnostics, other namespaces.
@Suite("Command line", .oneKernel)
struct SmallKernelCommandTests {
  @Test(
    "64: usage",
    arguments: [["no-such-command"], ["apply", "--no-such-option"], ["show"], ["apply"]])
  func usage(arguments: [String]) throws {
    try withSwitchLab(hosts: 1) { lab in
      let output = try MirrorCommand(in: lab.sw).command(arguments).run()
      #expect(output.status == 64, "\(output)")
      #expect(output.text.isEmpty && !output.errorText.isEmpty)
    }
  }

  @Test(
    "65, S33: an invalid profile is refused before the kernel is touched, every finding with its place",
    arguments: ["apply", "plan", "validate", "explain"])
  func invalidProfile(command: String) throws {
    try withSwitchLab(hosts: 3) { lab in
      let text = """
        version: 1
        mirrors:
          - name: m0
            bridge: br0
            select_src_prt: tap1
            select_vlan: [10, 5000]
            output_port: tap3
        """
      let mirrorctl = MirrorCommand(in: lab.sw)
      let before = try KernelDump(of: lab.sw)
      let output = try mirrorctl.run(command, "-f", "-", profile: text)
      #expect(output.status == 65, "\(output)")
      for part in [":5:", "select_src_port", ":6:", "mirrors[0].select_vlan[1]", "4094"] {
        #expect(output.errorText.contains(part), "\(output)")
      }
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("S33: the running mirrors stay as they are when a new profile is refused")
  func runningMirrorsStay() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}"))
      try mirrorctl.refuse(profile("{name: m0, bridge: br0, output_prt: tap3}"), status: 65)
      let analyser = try lab.capture(at: 3)
      let frame = Frame.udp(1, to: .broadcast, from: SwitchLab.address(1))
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame])
    }
  }

  @Test("77: without CAP_NET_ADMIN; validate needs no privilege")
  func notPermitted() throws {
    try withSwitchLab(hosts: 3) { lab in
      let text = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}")
      let unprivileged = ["setpriv", "--bounding-set", "-net_admin,-net_raw,-sys_admin", "--inh-caps", "-all"]
      func run(_ arguments: String...) throws -> CommandOutput {
        try Command(unprivileged + [MirrorCommand.path] + arguments, input: text, in: lab.sw).run()
      }
      let applied = try run("apply", "-f", "-")
      #expect(applied.status == 77, "\(applied)")
      #expect(applied.errorText.contains("CAP_NET_ADMIN"), "\(applied)")
      let validated = try run("validate", "-f", "-")
      #expect(validated.status == 0, "\(validated)")
    }
  }

  @Test("69: what the kernel lacks is named, with the mirror and the kernel option, and nothing is changed")
  func missingFeature() throws {
    try withSwitchLab(hosts: 2) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let text = profile(
        "{name: fine, bridge: br0, select_src_port: tap1, output_port: tap2}",
        "{name: m3, bridge: br0, select_src_port: tap1, output_tunnel: {type: gretap, remote: 10.95.30.43}}")
      guard try mirrorctl.run("probe").text.contains("CONFIG_NET_IPGRE") else {
        return try mirrorctl.applyWithWarnings(text)
      }
      let refusal = try mirrorctl.refuse(text, status: 69)
      for word in ["m3", "gretap", "CONFIG_NET_IPGRE"] { #expect(refusal.errorText.contains(word), "\(refusal)") }
    }
  }

  @Test("1: a profile that cannot be read; a mirror that does not exist")
  func failures() throws {
    try withSwitchLab(hosts: 1) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let unreadable = try mirrorctl.run("apply", "-f", "/nonexistent/profile.yaml")
      #expect(unreadable.status == 1, "\(unreadable)")
      #expect(unreadable.errorText.contains("/nonexistent/profile.yaml"))
      for command in ["delete", "show", "enable", "disable"] {
        let output = try mirrorctl.run(command, "m9")
        #expect(output.status == 1, "\(command): \(output)")
        #expect(output.errorText.contains("m9"), "\(command): \(output)")
      }
    }
  }

  @Test("A mirror is named with its profile where its name alone could mean another")
  func names() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      let before = try KernelDump(of: lab.sw)
      let text =
        "version: 1\nprofile: NAME\nmirrors: [{name: m0, bridge: br0, select_src_port: PORT, output_port: tap3}]\n"
      let one = text.replacing("NAME", with: "one").replacing("PORT", with: "tap1")
      let two = text.replacing("NAME", with: "two").replacing("PORT", with: "tap2")
      try mirrorctl.apply(one)
      #expect(try mirrorctl.run("list").text == "m0\n")
      try mirrorctl.apply(two)
      #expect(try mirrorctl.run("list").text == "one/m0\ntwo/m0\n")
      let both = try KernelDump(of: lab.sw)
      for command in ["delete", "enable", "disable"] {
        let output = try mirrorctl.run(command, "m0")
        #expect(output.status == 1, "\(command): \(output)")
        #expect(output.errorText == "mirrorctl: there are 2 mirrors \"m0\": say which: one/m0 or two/m0\n")
      }
      try both.expectUnchanged(in: lab.sw)
      #expect(try mirrorctl.run("status").text.contains("\none/m0"))
      #expect(try !mirrorctl.run("status", "one/m0").text.contains("two"))
      #expect(try mirrorctl.run("show", "two/m0").text.contains("profile         : two\n"))
      #expect(try mirrorctl.run("delete", "two/m0").status == 0)
      #expect(try mirrorctl.run("list").text == "m0\n")
      #expect(try mirrorctl.run("delete", "--profile", "two").status == 1)
      #expect(try mirrorctl.run("delete", "--profile", "one").status == 0)
      #expect(try mirrorctl.run("delete").status == 64)
      try before.expectUnchanged(in: lab.sw)
    }
  }

  @Test("--netns works on another namespace, and on no other")
  func otherNamespace() throws {
    try withSwitchLab(hosts: 3) { lab in
      let text = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}")
      let outside = MirrorCommand(in: lab.host(1))
      let before = try KernelDump(of: lab.host(1))
      let applied = try outside.run("apply", "--netns", lab.sw.name, "-f", "-", profile: text)
      #expect(applied.status == 0, "\(applied)")
      #expect(try outside.run("list", "--netns", lab.sw.name).text == "m0\n")
      #expect(try outside.run("list").text == "")
      try before.expectUnchanged(in: lab.host(1))
      let analyser = try lab.capture(at: 3)
      let frame = Frame.udp(1, to: .broadcast, from: SwitchLab.address(1))
      try lab.send(frame, from: 1)
      #expect(try analyser.drain() == [frame])
    }
  }

  @Test(
    "every reading command gives JSON",
    arguments: [["status"], ["list"], ["show", "m0"], ["probe"]])
  func json(arguments: [String]) throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}"))
      let output = try mirrorctl.command(arguments + ["-o", "json"]).run()
      #expect(output.status == 0, "\(output)")
      #expect(throws: Never.self, "\(output)") { try JSONValue(text: output.text) }
    }
  }
}
