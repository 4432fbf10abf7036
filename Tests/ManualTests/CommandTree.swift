import FoundationEssentials
import Glibc

/// The commands and options of the `mirrorctl` that was built with these tests, as it tells them itself.
struct CommandTree: Decodable {
  struct Option: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String
    }

    var kind: String
    var names: [Name]?
    var shouldDisplay: Bool

    /// As they are typed: `-f`, `--file`.
    var flags: [String] {
      (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }
    }
  }

  struct Command: Decodable {
    var commandName: String
    var shouldDisplay: Bool
    var arguments: [Option]?
    var subcommands: [Command]?

    /// This command and those below it.
    var all: [Command] { [self] + (subcommands ?? []).flatMap(\.all) }
  }

  var command: Command

  static func ofBuiltProgram() throws -> CommandTree {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    let bundle = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let folder = bundle.prefix(through: bundle.lastIndex(of: "/") ?? bundle.startIndex)
    return try JSONDecoder().decode(CommandTree.self, from: output(of: "\(folder)mirrorctl --experimental-dump-help"))
  }

  private struct Failure: Error { var command: String }

  private static func output(of command: String) throws -> Data {
    guard let stream = unsafe popen("exec \(command)", "r") else { throw Failure(command: command) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, stream) }
      if count == 0 { break }
      output += chunk.prefix(count)
    }
    guard unsafe pclose(stream) == 0 else { throw Failure(command: command) }
    return Data(output)
  }
}
