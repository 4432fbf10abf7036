import Glibc
import Testing

/// A steady stream of frames from host 1 to host 2, numbered, so that of each can be told how often its copy arrived.
final class NumberedFrames {
  private static let type: UInt16 = 0x88b6
  /// Between two frames.
  private static let pauseMicroseconds: UInt32 = 100

  /// Bytes of each.
  static let length = 14 + 4 + 44

  private let socket: FrameSocket
  private(set) var sent: UInt32 = 0

  init(in lab: SwitchLab) throws {
    socket = try FrameSocket("eth0", in: lab.host(1), hearing: .nothing)
  }

  /// Sends the next one, and rests.
  func pass() throws {
    try socket.send(
      Frame(
        to: SwitchLab.address(2), from: SwitchLab.address(1), type: Self.type,
        payload: [UInt8](long: sent) + [UInt8](repeating: 0x5a, count: 44)))
    sent += 1
    usleep(Self.pauseMicroseconds)
  }

  func pass(_ count: Int) throws {
    for _ in 0..<count { try pass() }
  }

  /// Expects that of each frame that was sent exactly one copy is among the frames.
  func expectOnce(
    in copies: [Frame], _ moment: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var counts = [Int](repeating: 0, count: Int(sent))
    for copy in copies where copy.type == Self.type {
      let number = Int(copy.payload.long(at: 0))
      if counts.indices.contains(number) { counts[number] += 1 }
    }
    let wrong = counts.indices.filter { counts[$0] != 1 }.prefix(20).map { "\($0): \(counts[$0])" }
    #expect(
      wrong.isEmpty, "\(moment) \(sent) frames; arrived otherwise than once: \(wrong)", sourceLocation: sourceLocation)
  }
}

extension MirrorCommand {
  /// Applies a profile while frames pass.
  func apply(_ profile: String, meanwhile stream: NumberedFrames) throws {
    let output = try run(command(["apply", "-f", "-"], profile: profile), meanwhile: stream)
    try #require(output.status == 0, "\(output)")
  }

  /// Applies a profile while frames pass, but is killed before one of its requests that change something, counted from 1.
  ///
  /// - Returns: whether it came to be killed.
  func isKilled(
    applying profile: String, beforeRequest number: Int, meanwhile stream: NumberedFrames
  ) throws -> Bool {
    var command = command(["apply", "-f", "-"], profile: profile)
    command.environment = Self.environment(signal: SIGKILL, beforeRequest: number)
    let output = try run(command, meanwhile: stream)
    try #require([0, -SIGKILL].contains(output.status), "\(output)")
    return output.status != 0
  }

  private func run(_ command: Command, meanwhile stream: NumberedFrames) throws -> CommandOutput {
    let change = try command.start()
    while try change.isRunning() { try stream.pass() }
    return try change.finish()
  }
}
