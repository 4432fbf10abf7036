/// Collects the frames that arrive at an interface, and knows when no more can be on their way.
///
/// The proof that nothing comes is a *barrier*: sentinel frames sent out of the other end of the wire, on every
/// processor and several times over, each awaited before the next. A copy that was made before takes the same way and the
/// same queues, so it arrives before the last sentinel. No time is waited for.
final class Capture {
  /// IEEE 802 Local Experimental EtherType 1.
  static let sentinelType: UInt16 = 0x88b5
  /// How often a copy may be queued on its way: two veth hops, and one to spare.
  private static let rounds = 3

  private let socket: FrameSocket
  private let barrier: FrameSocket
  private let identity = Counter.next()
  private var sentinels: UInt32 = 0
  private var waiting: [Frame] = []

  /// Listens on an interface; `barrier` is the other end of its wire.
  init(
    _ interface: String, in namespace: NetworkNamespace, barrier peer: String, in peerNamespace: NetworkNamespace
  ) throws {
    socket = try FrameSocket(interface, in: namespace)
    barrier = try FrameSocket(peer, in: peerNamespace)
  }

  /// The frames that arrived since the last call; all that had been sent are among them.
  func drain() throws -> [Frame] {
    for _ in 0..<Self.rounds {
      try Processor.onEach { try passSentinel() }
    }
    defer { waiting = [] }
    return waiting
  }

  /// Waits for frames that satisfy a condition, and gives them with all that arrived before.
  func frames(within limit: Duration = .seconds(60), until condition: ([Frame]) -> Bool) throws -> [Frame] {
    let deadline = Deadline.after(limit)
    while !condition(waiting) {
      guard let captured = try socket.receive(until: deadline) else {
        throw SupportError("waited in vain on \(socket.interface); so far came \(waiting)")
      }
      keep(captured)
    }
    defer { waiting = [] }
    return waiting
  }

  private func passSentinel() throws {
    sentinels += 1
    let sentinel = Frame(
      to: HardwareAddress(0xff, 2), from: HardwareAddress(0xff, 1), type: Self.sentinelType,
      payload: [UInt8](long: identity) + [UInt8](long: sentinels) + [UInt8](repeating: 0, count: 38))
    try barrier.send(sentinel)
    let deadline = Deadline.after(.seconds(60))
    while let captured = try socket.receive(until: deadline) {
      if captured.frame.untagged == sentinel { return }
      keep(captured)
    }
    throw SupportError("a sentinel sent out of \(barrier.interface) did not arrive at \(socket.interface)")
  }

  private func keep(_ captured: FrameSocket.Captured) {
    guard captured.direction == .received, captured.frame.type != Self.sentinelType else { return }
    waiting.append(captured.frame)
  }
}
