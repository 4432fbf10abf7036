import SwitchOracle

/// The far ends of a switch's ports, and the host behind the bridge device: what is sent and what arrives there.
final class Stations {
  /// The ends of `p1`, `p2` … are `e1`, `e2` ….
  static func end(of port: String) -> String { "e" + port.dropFirst() }

  private let sockets: [String: FrameSocket]
  private var waiting: [(port: String, frame: Frame)] = []
  private var sentinels: UInt32 = 0

  init(of namespace: NetworkNamespace, ends: NetworkNamespace) throws {
    var sockets = [Scenario.bridge: try FrameSocket(Scenario.bridge, in: namespace)]
    for port in Scenario.members { sockets[port] = try FrameSocket(Self.end(of: port), in: ends) }
    self.sockets = sockets
  }

  /// Builds the wires of a switch: its ports with addresses of their own, in two namespaces.
  static func makeWires(_ namespace: NetworkNamespace, ends: NetworkNamespace) throws {
    let lines = Scenario.members.enumerated().flatMap { index, port in
      [
        "link add \(port) address \(HardwareAddress(1, UInt8(index + 1))) type veth "
          + "peer name \(end(of: port)) address \(HardwareAddress(2, UInt8(index + 1))) netns \(ends)",
        "link set dev \(port) up",
      ]
    }
    try namespace.run("ip", lines)
    let ups = Scenario.members.map { "link set dev \(end(of: $0)) arp off up\n" }.joined()
    try Command(["ip", "-batch", "-"], input: ups, in: ends).succeed()
  }

  func send(_ frame: Frame, into port: String) throws {
    try sockets[port]?.send(frame)
  }

  /// What arrived at which port since the last call.
  func take() -> [(port: String, frame: Frame)] {
    defer { waiting = [] }
    return waiting
  }

  /// A frame that the switch sends to every port, and where it came in.
  func nextSentinel(from origin: Int) -> Frame {
    Frame(
      to: HardwareAddress(0xff, 2), from: HardwareAddress(0xff, 1), type: Capture.sentinelType,
      payload: [UInt8](long: sentinels) + [UInt8](word: UInt16(origin)) + [UInt8](repeating: 0, count: 40))
  }

  /// From now on sentinels are others than before.
  func renewSentinels() { sentinels += 1 }

  /// Waits until the sentinels of some origins have arrived at a port, and keeps what arrived before them.
  func awaitSentinels(at port: String, from origins: Set<Int>) throws {
    guard let socket = sockets[port] else { return }
    let deadline = Deadline.after(.seconds(60))
    var missing = origins
    while !missing.isEmpty {
      guard let captured = try socket.receive(until: deadline) else {
        throw SupportError("the sentinels of ports \(missing.sorted()) did not arrive at \(port)")
      }
      if captured.direction == .received, captured.frame.type == Capture.sentinelType,
        captured.frame.payload.long(at: 0) == sentinels
      {
        missing.remove(Int(captured.frame.payload.word(at: 4)))
      }
      keep(captured, at: port)
    }
  }

  /// Keeps what has arrived at a port without waiting for more.
  func collect(at port: String) throws {
    guard let socket = sockets[port] else { return }
    while let captured = try socket.receive(until: .after(.zero)) { keep(captured, at: port) }
  }

  private func keep(_ captured: FrameSocket.Captured, at port: String) {
    guard captured.direction == .received, captured.frame.type == WireCode.type else { return }
    waiting.append((port, captured.frame))
  }
}
