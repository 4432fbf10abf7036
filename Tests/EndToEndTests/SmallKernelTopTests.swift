import Glibc
import Testing

/// `mirrorctl top`, on terminals and without.
@Suite("top", .oneKernel)
struct SmallKernelTopTests {
  private static let mirror = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}")

  /// A switch whose host 1 is mirrored.
  private func withMirror(_ body: (SwitchLab, MirrorCommand) throws -> Void) throws {
    try withSwitchLab(hosts: 3) { lab in
      let mirrorctl = MirrorCommand(in: lab.sw)
      try mirrorctl.apply(Self.mirror)
      try body(lab, mirrorctl)
    }
  }

  /// `top` on a terminal, its first screen drawn.
  private func start(
    _ lab: SwitchLab, _ arguments: String..., columns: UInt16 = 80, environment: [String] = ["TERM=xterm"]
  ) throws -> (TerminalSession, TerminalSettings) {
    let words = [MirrorCommand.path, "top", "-d", "600"] + arguments
    // A terminal begins with the settings of any other.
    let before = try TerminalSession(["true"]).settings
    let session = try TerminalSession(words, in: lab.sw, columns: columns, environment: environment)
    try session.wait(for: "the mirror") { session.screen.contains { $0.hasPrefix("m0 ") } }
    return (session, before)
  }

  @Test("Keys: another unit, help, a look, scrolling; q ends and gives the terminal back")
  func keys() throws {
    try withMirror { lab, _ in
      let (session, before) = try start(lab)
      #expect(before.isCooked)
      #expect(try !session.settings.isCooked)
      #expect(session.screen[3].hasPrefix("NAME") && session.screen[3].contains("BITS/S"))
      #expect(session.screen[4].contains(" - "), "one look tells no rates")
      try session.type("u")
      try session.wait(for: "bytes") { session.screen.count > 3 && session.screen[3].contains("BYTES/S") }
      try session.type("h")
      try session.wait(for: "the help") { session.screen.contains { $0.contains("sort by dropped copies") } }
      try session.type("x")
      try session.wait(for: "the table") { session.screen.contains { $0.hasPrefix("m0 ") } }
      try session.type("d3.5")
      try session.wait(for: "what is typed") { session.screen.contains("Change delay from 600.0 to: 3.5_") }
      try session.type("\u{7f}\r")
      try session.wait(for: "the delay") { session.screen.first?.contains("every 3.0 s") == true }
      try session.wait(for: "rates") {
        session.screen.contains { $0.split(separator: " ") == ["m0", "lab", "active", "0", "0", "0"] }
      }
      try session.type("\u{1b}[B\u{1b}[6~D")
      try session.wait(for: "the order") { session.screen.first?.contains("by drops") == true }
      #expect(session.screen.contains { $0.hasPrefix("m0 ") }, "nothing to scroll")
      try session.type("q")
      #expect(try session.finish() == 0)
      #expect(try session.settings == before)
      #expect(session.text.hasSuffix("\u{1b}[?25h\u{1b}[?1049l"))
    }
  }

  @Test("A window of another size is drawn anew, with as much as fits")
  func resize() throws {
    try withMirror { lab, _ in
      let (session, _) = try start(lab)
      #expect(session.screen.count == 24)
      try session.resize(rows: 5, columns: 20)
      try session.wait(for: "the small screen") { session.screen.count == 5 && session.screen[4].hasPrefix("m0") }
      #expect(session.screen.allSatisfy { $0.count <= 20 }, "\(session.screen)")
      try session.resize(rows: 2, columns: 3)
      try session.wait(for: "the tiny screen") { session.screen == ["mir", "1 m"] }
      try session.type("q")
      #expect(try session.finish() == 0)
    }
  }

  @Test(
    "Ctrl-C and signals end it with the terminal as it was",
    arguments: [(nil, SIGINT), (SIGTERM, SIGTERM), (SIGINT, SIGINT), (SIGHUP, SIGHUP), (SIGQUIT, SIGQUIT)]
      as [(Int32?, Int32)])
  func signals(sent: Int32?, told: Int32) throws {
    try withMirror { lab, _ in
      let (session, before) = try start(lab)
      if let sent { try session.signal(sent) } else { try session.type("\u{3}") }
      #expect(try session.finish() == 128 + told)
      #expect(try session.settings == before)
      #expect(session.text.hasSuffix("\u{1b}[?25h\u{1b}[?1049l"))
    }
  }

  @Test("Ctrl-Z gives the shell a terminal as it was; fg draws again")
  func suspension() throws {
    try withMirror { lab, _ in
      let script = """
        set -m
        \(MirrorCommand.path) top -d 600
        echo "suspended $?"; stty -a
        fg
        echo "ended $?"
        """
      let session = try TerminalSession(["bash", "-c", script], in: lab.sw)
      try session.wait(for: "the mirror") { session.screen.contains { $0.hasPrefix("m0 ") } }
      try session.type("\u{1a}")
      try session.wait(for: "the screen again") {
        let parts = session.text.split(separator: "suspended", maxSplits: 1)
        return parts.count == 2 && parts[1].contains("\u{1b}[?1049h")
          && session.screen.contains { $0.hasPrefix("m0 ") }
      }
      let told = session.text.split(separator: "suspended").last ?? ""
      let settings = told.split(separator: "\u{1b}[?1049h").first ?? ""
      #expect(settings.contains(" icanon") && settings.contains(" echo "), "\(settings)")
      try session.type("q")
      #expect(try session.finish() == 0)
      #expect(session.text.contains("ended 0"))
    }
  }

  @Test("A session without a shell cannot be suspended: Ctrl-Z only draws again")
  func noShell() throws {
    try withMirror { lab, _ in
      let (session, before) = try start(lab)
      try session.type("\u{1a}u")
      try session.wait(for: "the screen again") { session.screen.contains { $0.contains("BYTES/S") } }
      try session.type("q")
      #expect(try session.finish() == 0)
      #expect(try session.settings == before)
    }
  }

  @Test("A mirror that goes is shown once, and one that comes")
  func comingAndGoing() throws {
    try withMirror { lab, mirrorctl in
      let (session, _) = try start(lab)
      try mirrorctl.clear()
      try session.type(" ")
      try session.wait(for: "the loss") { session.screen.contains { $0.contains("gone") && $0.hasPrefix("m0 ") } }
      try session.type(" ")
      try session.wait(for: "nothing") { session.screen.contains { $0.hasPrefix("0 mirrors") } }
      try mirrorctl.apply(Self.mirror)
      try session.type(" ")
      try session.wait(for: "the mirror") { session.screen.contains { $0.hasPrefix("m0 ") && $0.contains("active") } }
      try session.type("q")
      #expect(try session.finish() == 0)
    }
  }

  @Test("The header is reversed, unless NO_COLOR is set", arguments: [true, false])
  func noColour(isSet: Bool) throws {
    try withMirror { lab, _ in
      let (session, _) = try start(lab, environment: ["TERM=xterm"] + (isSet ? ["NO_COLOR=1"] : []))
      #expect(session.text.contains("\u{1b}[7mNAME") == !isSet)
      try session.type("q")
      #expect(try session.finish() == 0)
    }
  }

  @Test("-n ends it by itself; a terminal that cannot move its cursor gets tables")
  func count() throws {
    try withMirror { lab, _ in
      let words = [MirrorCommand.path, "top", "-d", "0.1", "-n", "2"]
      let session = try TerminalSession(words, in: lab.sw)
      #expect(try session.finish() == 0)
      #expect(session.text.contains("\u{1b}[H"))
      let dumb = try TerminalSession(words, in: lab.sw, environment: ["TERM=dumb"])
      #expect(try dumb.finish() == 0)
      #expect(!dumb.text.contains("\u{1b}"))
      #expect(dumb.text.split(separator: "NAME").count == 3)
    }
  }

  @Test("Where there is no terminal: one plain table")
  func plain() throws {
    try withMirror { lab, mirrorctl in
      let output = try mirrorctl.run("top", "-d", "0.1")
      #expect(output.status == 0, "\(output)")
      let lines = output.text.split(separator: "\n")
      #expect(lines.count == 4 && lines[2].hasPrefix("NAME") && lines[3].hasPrefix("m0 "), "\(output)")
      #expect(!output.text.contains("\u{1b}"))
      #expect(try mirrorctl.run("top", "-b", "-d", "0.1", "-n", "3").text.split(separator: "NAME").count == 4)
    }
  }

  @Test("64: delays and counts that are none", arguments: [["-d", "0"], ["-d", "nan"], ["-d", "x"], ["-n", "0"]])
  func usage(arguments: [String]) throws {
    try withSwitchLab(hosts: 1) { lab in
      let output = try MirrorCommand(in: lab.sw).command(["top"] + arguments).run()
      #expect(output.status == 64, "\(output)")
    }
  }

  @Test("Rates, each times its seconds, are what was sent")
  func rates() throws {
    try withMirror { lab, mirrorctl in
      let command = try mirrorctl.command(["top", "-b", "-d", "0.1", "-o", "json"]).start()
      func documents() throws -> [JSONValue] {
        let text = command.textSoFar
        let whole = text[..<(text.lastIndex(of: "\n") ?? text.startIndex)]
        return try whole.split(separator: "\n").map { try JSONValue(text: String($0)) }
      }
      let deadline = Deadline.after(.seconds(60))
      try deadline.wait(for: "a document") { try !documents().isEmpty }
      let frames = [60, 100, 1514].map { ShapingLab.frame($0) }
      for frame in frames + frames { try lab.send(frame, from: 1) }
      func mirror(_ document: JSONValue) -> JSONValue? { document["mirrors"]?.elements?.first }
      try deadline.wait(for: "the frames") { try documents().last.flatMap(mirror)?["tx_packets"] == .integer(6) }
      func sum(_ key: String) throws -> Double {
        try documents().reduce(0) { $0 + (mirror($1)?.double(key) ?? 0) * ($1.double("seconds") ?? 0) }
      }
      #expect(abs(try sum("packets_per_second") - 6) < 0.001)
      #expect(abs(try sum("bytes_per_second") - Double(2 * (60 + 100 + 1514))) < 0.01)
      #expect(try sum("dropped_per_second") == 0)
      try lab.sw.ip("link set dev tap3 down")
      for frame in frames { try lab.send(frame, from: 1) }
      try deadline.wait(for: "the losses") { try documents().last.flatMap(mirror)?["dropped"] == .integer(3) }
      #expect(abs(try sum("packets_per_second") - 6) < 0.001)
      #expect(abs(try sum("bytes_per_second") - Double(2 * (60 + 100 + 1514))) < 0.01)
      #expect(abs(try sum("dropped_per_second") - 3) < 0.001)
      #expect(try documents().last.flatMap(mirror)?.text("state") == "degraded")
      try command.signal(SIGTERM)
      #expect(try command.finish().status == -SIGTERM)
    }
  }
}

extension JSONValue {
  fileprivate func double(_ key: String) -> Double? {
    switch self[key] {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
