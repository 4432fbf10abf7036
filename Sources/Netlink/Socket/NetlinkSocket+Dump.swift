import CMnl
import Glibc

extension NetlinkSocket {
  /// How often a dump is redone that changes of the kernel's state have interrupted (`NLM_F_DUMP_INTR`).
  static let dumpAttempts = 10

  /// Asks for all objects of a kind.
  ///
  /// - Throws: `EINTR` where the state changed during every attempt.
  func dump(_ message: MessageBuilder) throws(NetlinkFailure) -> [ReceivedMessage] {
    for attempt in 0..<Self.dumpAttempts {
      if attempt > 0 { usleep(Self.dumpPause(before: attempt)) }
      if let messages = try attemptDump(message) { return messages }
    }
    throw NetlinkFailure(errno: EINTR, text: "what was to be listed changed again and again")
  }

  /// How long to let the changes pass before a dump is redone, in microseconds: a third of a second in all.
  static func dumpPause(before attempt: Int) -> UInt32 { min(1000 << UInt32(attempt - 1), 100_000) }

  /// `nil`: the dump is not consistent.
  private func attemptDump(_ message: MessageBuilder) throws(NetlinkFailure) -> [ReceivedMessage]? {
    let sequence = takeSequence()
    do throws(NetlinkFailure) {
      try send(message.bytes(sequence: sequence, extraFlags: NLM_F_DUMP))
      return try collectDump(sequence)
    } catch {
      drain()
      throw error
    }
  }

  private func collectDump(_ sequence: UInt32) throws(NetlinkFailure) -> [ReceivedMessage]? {
    var messages: [ReceivedMessage] = []
    var isConsistent = true
    while true {
      for message in try receive() where message.sequence == sequence {
        if message.flags & NLM_F_DUMP_INTR != 0 { isConsistent = false }
        switch message.type {
        case Int(NLMSG_DONE), Int(NLMSG_ERROR):
          if let failure = try Self.end(of: message) { throw failure }
          return isConsistent ? messages : nil
        case Int(NLMSG_NOOP): continue
        default: messages.append(message)
        }
      }
    }
  }

  private static func end(of message: ReceivedMessage) throws(NetlinkFailure) -> NetlinkFailure? {
    do throws(MalformedMessage) {
      return NetlinkFailure(
        message.type == Int(NLMSG_DONE)
          ? try Acknowledgement(done: message) : try Acknowledgement(error: message))
    } catch {
      throw NetlinkFailure(error)
    }
  }
}
