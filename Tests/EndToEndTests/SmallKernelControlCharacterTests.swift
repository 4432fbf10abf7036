import Glibc
import Testing

/// Whatever a name holds, a terminal is told nothing by it.
@Suite("Control characters in names", .oneKernel)
struct SmallKernelControlCharacterTests {
  /// ESC, DEL, a C1 control character, a mark of writing direction: names may have them all.
  private static let port = "t\u{1b}[7m\u{7f}\u{9b}\u{202e}x"
  private static let missing = "gone\u{9b}31m\u{202e}"

  private static let text = profile(
    #"{name: m0, bridge: br0, select_src_port: ["t*x", "\#(escape(missing))"], output_port: tap3}"#)

  private static func escape(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      let digits = String(scalar.value, radix: 16)
      return (0x20..<0x7f).contains(scalar.value)
        ? String(scalar) : "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }

  private func isClean(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control: scalar == "\n"
      case .format, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
  }

  @Test("None reaches the terminal, whatever the command and the format; the script still works")
  func commands() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try lab.sw.ip("link set dev tap1 down")
      try Command(["ip", "link", "set", "dev", "tap1", "name", Self.port], in: lab.sw).succeed()
      try Command(["ip", "link", "set", "dev", Self.port, "up"], in: lab.sw).succeed()
      let script = try mirrorctl.run("explain", "-f", "-", profile: Self.text)
      try #require(script.status == 0, "\(script)")
      #expect(isClean(script.text), "\(script)")
      try Command(["sh"], input: script.text, in: lab.sw).succeed()
      let plan = try mirrorctl.run("plan", "-f", "-", profile: Self.text)
      #expect(plan.status == 0, "what the script made is what 'apply' makes: \(plan)")
      let status = try mirrorctl.status("m0")
      #expect(status.sources.map(\.interface) == [Self.port], "\(status)")

      for arguments in [
        ["status"], ["status", "-o", "json"], ["show", "m0"], ["show", "m0", "-o", "json"], ["list"],
        ["plan", "-f", "-"], ["plan", "-f", "-", "-o", "json"], ["top", "-n", "1", "-d", "0.1"],
        ["top", "-n", "1", "-d", "0.1", "-o", "json"], ["apply", "-v", "-f", "-"], ["disable", "-v", "m0"],
        ["delete", "no\u{1b}[7m"], ["no\u{1b}[7m"], ["validate", "-f", "/no\u{1b}[7m\n\u{202e}"],
      ] {
        let changed = Self.text.replacing("m0", with: "m1")
        let output = try mirrorctl.command(arguments, profile: changed).run()
        #expect(!(output.text + output.errorText).isEmpty, "\(arguments)")
        #expect(isClean(output.text) && isClean(output.errorText), "\(arguments): \(output)")
      }
    }
  }

  @Test("Nor from metrics, whose format has no escapes, where a terminal shows them; elsewhere they are as they are")
  func metrics() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.applyWithWarnings(Self.text)
      let session = try TerminalSession([MirrorCommand.path, "metrics"], in: lab.sw)
      #expect(try session.finish() == 0)
      #expect(session.text.contains("gone?31m?"), "\(session.text)")
      #expect(isClean(session.text.replacing("\r\n", with: "\n")), "\(session.text)")
      #expect(try mirrorctl.run("metrics").text.contains(Self.missing))
    }
  }

  @Test("Nor from monitor")
  func monitor() throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.applyWithWarnings(Self.text)
      for format in ["text", "json"] {
        let monitor = try mirrorctl.command(["monitor", "-o", format]).start()
        try Deadline.after(.seconds(60)).wait(for: "the mirror") { monitor.textSoFar.contains("m0") }
        try monitor.signal(SIGTERM)
        let output = try monitor.finish()
        #expect(isClean(output.text) && isClean(output.errorText), "\(output)")
        #expect(output.text.contains("gone"))
      }
    }
  }
}
