import Foundation
import NetworkTypes
import TestSupport
import Testing
import TrafficControl

@Suite("Plans as shell scripts")
struct ScriptTests {
  @Test("A script stops at the first failure; an empty plan says so")
  func head() {
    let plan = Plan([.add(.qdisc(device: "eth0"))])
    #expect(plan.script.hasPrefix("#!/bin/sh\nset -e\ntc qdisc add dev eth0 clsact\n"))
    #expect(plan.script.hasSuffix("\n"))
    #expect(Plan().script == "#!/bin/sh\n# nothing to do\n")
  }

  @Test(
    "A word is as it is where that is safe, else in single quotes",
    arguments: [
      ("tap1", "tap1"), ("eth0.10", "eth0.10"), ("a:b/c@d%e+f=g,h-i_j", "a:b/c@d%e+f=g,h-i_j"), ("", "''"),
      ("a b", "'a b'"), ("$(id)", "'$(id)'"), ("it's", "'it'\\''s'"), ("'", "''\\'''"), ("*", "'*'"), ("~", "'~'"),
      ("é", "'é'"), ("a'\u{301};b", "'a'\\''\u{301};b'"), ("\u{1b}[m-%", #""$(printf '\033\133m\055%%')""#),
      ("a;b", "'a;b'"), ("\\", "'\\'"), ("#x", "'#x'"),
    ])
  func quoting(text: String, expected: String) {
    #expect(ShellWord.quote(text) == expected)
  }

  /// Whatever the kernel takes for a name, and what a shell, printf(1) or Swift's characters could make of it.
  private static let nastyTexts = [
    "", "a", "it's", "a'\u{301};false;", "'\u{301}", "\u{301}'", "\\", "\\n", "%s", "%%", "-n", "--", "$(id)", "`id`",
    "\"", "\u{1b}[2J", "\u{1b}'$(id)'%d\\033", "-\u{7}", "%\u{7f}", "\u{9b}31m", "\u{202e}x", "é\u{1b}é", "a\nb", "a\n",
    "\n", "\n\n", "\u{1b}\n\n", "\r\n", "🦅", "🦅\u{200d}'", "\u{e000}", "\u{7}7", "\u{feff}", " ", "\t",
  ]

  @Test("A shell reads back every byte of a quoted word", arguments: ["sh", "bash"])
  func roundTrip(shell: String) throws {
    let words = Self.nastyTexts.map { ShellWord.quote($0) }.joined(separator: " ")
    let bytes = try Self.output(of: shell, "printf '%s\\0' \(words)\n")
    let expected: [UInt8] = Self.nastyTexts.flatMap { text in Array(text.utf8) + [0] }
    #expect(bytes == expected)
  }

  @Test("A quoted word is no command for a terminal either; only line breaks at its end stand for themselves")
  func terminal() {
    for text in Self.nastyTexts {
      let word = ShellWord.quote(text)
      let endsInLineBreak = text.utf8.last == UInt8(ascii: "\n")
      #expect(word.unicodeScalars.allSatisfy { $0.isPrintable || $0 == "\n" && endsInLineBreak }, "\(word)")
    }
  }

  private static func output(of shell: String, _ script: String) throws -> [UInt8] {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [shell]
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(script.utf8))
    try input.fileHandleForWriting.close()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Array(bytes)
  }

  @Test("Names that mean something to a shell reach every command in quotes")
  func hostileNames() {
    let name = "a;`'$&"
    var state = KernelState()
    state.insert(Device(name: "v", kind: .veth(peer: name), alias: Device.aliasPrefix + name))
    state.qdiscs = [name]
    let copy = Action(
      index: 1, cookie: Cookie(.object(.step, owner: 1)), operation: .mirred(Mirred(.mirror, to: name)),
      control: .continue)
    state.insert(copy)
    state.insert(
      Filter(
        key: FilterKey(HookPoint(name, .egress), preference: 512, handle: 1),
        classifier: .flower(FlowerMatch(inputDevice: name)), actions: [copy.key]))
    let plan = Plan.difference(from: KernelState(), to: state)
    let quoted = ShellWord.quote(name)
    for line in plan.script.split(separator: "\n") where line.contains(name.prefix(2)) {
      #expect(line.contains(quoted) || line.contains("'mirrorctl:a;"), "\(line)")
    }
  }

  @Test("A shell takes every script")
  func syntax() throws {
    var generator = SeededGenerator(usual: 11)
    for _ in 0..<20 {
      let old = RandomState.make(using: &generator)
      let new = RandomState.make(using: &generator)
      let plan = Plan.difference(from: old, to: new)
      #expect(try Self.check(plan.script))
      #expect(try Self.check(Plan.undoing(plan.steps, from: old).script))
    }
    #expect(try !Self.check("if true; then\n"))
  }

  /// Whether `sh -n` finds nothing wrong.
  private static func check(_ script: String) throws -> Bool {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("plan-\(UUID().uuidString).sh")
    try Data(script.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-n", file.path]
    shell.standardError = FileHandle.nullDevice
    try shell.run()
    shell.waitUntilExit()
    return shell.terminationStatus == 0
  }
}
