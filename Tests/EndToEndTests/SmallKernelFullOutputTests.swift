import FoundationEssentials
import Glibc
import Testing

/// Output that cannot be written is a failure; a reader who has seen enough is none to speak of (S48).
@Suite("Output that cannot be written", .oneKernel)
struct SmallKernelFullOutputTests {
  private static let text = profile("{name: m0, bridge: br0, select_src_port: tap1, output_port: tap3}")

  private static let reading = [
    ["status"], ["status", "-o", "json"], ["list"], ["list", "-o", "json"], ["show", "m0"],
    ["show", "m0", "-o", "json"],
    ["plan", "-f", "-"], ["plan", "-f", "-", "-o", "json"], ["apply", "--dry-run", "-f", "-"], ["explain", "-f", "-"],
    ["metrics"], ["monitor"], ["top", "-n", "1", "-d", "0.1"], ["top", "-n", "1", "-d", "0.1", "-o", "json"], ["probe"],
    ["import", "ovs", "-"], ["import", "ovs", "-", "-o", "json"], ["--help"], ["--version"], ["status", "--help"],
  ]

  /// Runs it by a shell that has set its standard output up.
  private func run(_ arguments: [String], _ script: String, in lab: SwitchLab) throws -> CommandOutput {
    let input = arguments.first == "import" ? try Self.tables() : Self.text
    return try Command(["sh", "-c", script, MirrorCommand.path] + arguments, input: input, in: lab.sw).run()
  }

  private static func tables() throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try String(
      contentsOf: folder.appendingPathComponent("GoldenImports/span-lab/ovs.json"), encoding: .utf8)
  }

  private func withMirror(_ body: (SwitchLab) throws -> Void) throws {
    try withSwitchLab(hosts: 3) { lab in
      try MirrorCommand(in: lab.sw).apply(
        profile("{name: m0, bridge: br0, select_src_port: tap2, output_port: tap3}"))
      try body(lab)
    }
  }

  @Test("On a full device: exit status 1, and why on standard error")
  func full() throws {
    try withMirror { lab in
      for arguments in Self.reading {
        let output = try run(arguments, #""$0" "$@" >/dev/full"#, in: lab)
        #expect(output.status == 1, "\(arguments): \(output)")
        #expect(
          output.errorText.contains("mirrorctl: standard output: No space left on device\n"), "\(arguments): \(output)")
      }
    }
  }

  @Test("Without a standard output: exit status 1, and why on standard error")
  func closed() throws {
    try withMirror { lab in
      let output = try run(["list"], #""$0" "$@" >&-"#, in: lab)
      #expect(output.status == 1, "\(output)")
      #expect(output.errorText == "mirrorctl: standard output: Bad file descriptor\n")
    }
  }

  @Test(
    "Into a pipe that nobody reads: quiet, ended by SIGPIPE, or with 1 where that is ignored",
    arguments: ["", "trap '' PIPE; "])
  func brokenPipe(trap: String) throws {
    try withMirror { lab in
      let pipe = "d=$(mktemp -d); mkfifo $d/p; exec 3<>$d/p 4>$d/p 3>&-; rm -r $d; "
      for arguments in Self.reading {
        let output = try run(arguments, pipe + trap + #"exec "$0" "$@" >&4"#, in: lab)
        #expect(output.status == (trap.isEmpty ? -SIGPIPE : 1), "\(arguments): \(output)")
        #expect(output.errorText.isEmpty, "\(arguments): \(output)")
      }
    }
  }
}
