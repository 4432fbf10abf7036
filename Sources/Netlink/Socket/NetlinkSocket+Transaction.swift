import CMnl
import Glibc

extension NetlinkSocket {
  /// What became of one message of a batch.
  enum Outcome {
    /// The kernel did it; what it sent back, if anything.
    case done([ReceivedMessage])
    case refused(NetlinkFailure)
    /// The kernel's answer never came.
    case unknown

    var failure: NetlinkFailure? {
      if case .refused(let failure) = self { failure } else { nil }
    }
  }

  /// What ends the kernel's answer to a message that it does not refuse.
  enum Ending {
    /// Asked for: every outcome is certain.
    case acknowledgement
    /// Only for messages that the kernel never passes over in silence: its one reply.
    case reply
  }

  /// Sends the messages as one datagram and gathers what became of each.
  ///
  /// The kernel handles every message of a datagram, also those after a refused one (netlink_rcv_skb, net/netlink/af_netlink.c).
  ///
  /// - Returns: one outcome for each message, in order, and why some of them are unknown.
  func transact(
    _ messages: [MessageBuilder], endedBy ending: Ending = .acknowledgement
  ) -> (outcomes: [Outcome], failure: NetlinkFailure?) {
    guard !messages.isEmpty else { return ([], nil) }
    var outcomes = [Outcome](repeating: .unknown, count: messages.count)
    var replies = [[ReceivedMessage]](repeating: [], count: messages.count)
    var positions: [UInt32: Int] = [:]
    var datagram: [UInt8] = []
    for (position, message) in messages.enumerated() {
      let sequence = takeSequence()
      positions[sequence] = position
      datagram += message.bytes(sequence: sequence, extraFlags: ending == .acknowledgement ? NLM_F_ACK : 0)
    }
    if !isScratch { KillPoint.pass(messages) }
    do throws(NetlinkFailure) {
      try send(datagram)
      while !positions.isEmpty {
        for message in try receive() {
          guard let position = positions[message.sequence] else { continue }
          let isReply = message.type != Int(NLMSG_ERROR)
          if isReply { replies[position].append(message) }
          if isReply, ending == .acknowledgement { continue }
          positions[message.sequence] = nil
          outcomes[position] =
            isReply ? .done(replies[position]) : try Self.outcome(message, replies: replies[position])
        }
      }
      return (outcomes, nil)
    } catch {
      drain()
      return (outcomes, error)
    }
  }

  /// Sends one message and waits until the kernel has done it.
  @discardableResult
  func request(_ message: MessageBuilder) throws(NetlinkFailure) -> [ReceivedMessage] {
    let (outcomes, failure) = transact([message])
    if let failure { throw failure }
    switch outcomes.first {
    case .done(let replies): return replies
    case .refused(let failure): throw failure
    case .unknown, nil: throw NetlinkFailure(errno: EBADMSG)
    }
  }

  /// Sends the messages in as many datagrams as needed and returns one outcome for each.
  func requestAll(
    _ messages: [MessageBuilder], endedBy ending: Ending = .acknowledgement
  ) throws(NetlinkFailure) -> [Outcome] {
    var outcomes: [Outcome] = []
    var rest = messages[...]
    while !rest.isEmpty {
      let batch = Array(rest.prefix(Self.batchLimit))
      rest = rest.dropFirst(batch.count)
      let (results, failure) = transact(batch, endedBy: ending)
      if let failure { throw failure }
      outcomes += results
    }
    return outcomes
  }

  /// Messages in one datagram: their acknowledgements must fit into the smallest usual receive buffer.
  static let batchLimit = 100

  private static func outcome(
    _ message: ReceivedMessage, replies: [ReceivedMessage]
  ) throws(NetlinkFailure) -> Outcome {
    do throws(MalformedMessage) {
      return NetlinkFailure(try Acknowledgement(error: message)).map { .refused($0) } ?? .done(replies)
    } catch {
      throw NetlinkFailure(error)
    }
  }
}
