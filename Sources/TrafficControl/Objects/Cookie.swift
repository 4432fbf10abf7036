/// The 16 bytes of `TCA_ACT_COOKIE` as we use them: three letters that mark the action as ours, a type, and 12 bytes.
public struct Cookie: Hashable, Sendable {
  /// What the 12 bytes are.
  public enum Content: Hashable, Sendable {
    /// A part of the mirror's machinery.
    case object(Role, owner: UInt64)
    /// One page of a record; see ``Record``.
    case page([UInt8])
    /// A bridge port is reserved: what its flags were before, and the index of the interface they belong to.
    case reservation(former: BridgePortFlags, interfaceIndex: UInt32)
    /// A tcx program is ours.
    case program(ProgramMark)
  }

  /// What an action's counters mean for its mirror.
  public enum Role: UInt8, Hashable, Sendable {
    /// Nothing: the action is an inner step.
    case step = 0
    /// One count is one copy, seen where the kernel counts the whole frame.
    case counterWithHeader = 1
    /// One count is one copy, seen where the kernel leaves out the 14 bytes of the Ethernet header.
    case counterWithoutHeader = 2
    /// Its overlimits are copies that could not be delivered, its packets are not counted.
    case delivery = 3
    /// One count is one copy; its bytes are not counted because the copy has been cut.
    case packetCounter = 4
    /// Its bytes are those of copies before they are cut, seen where the kernel counts the whole frame.
    case byteCounterWithHeader = 5
    /// The same where the kernel leaves out the 14 bytes of the Ethernet header.
    case byteCounterWithoutHeader = 6
    /// Nothing: it is an inner step, and the owner's record is in the second of the two places for it.
    case stepWithSecondRecord = 7
    /// One count is one copy that was lost; its bytes are counted elsewhere.
    case loss = 8

    /// Whether its counters mean anything.
    public var isCounter: Bool { self != .step && self != .stepWithSecondRecord }

    /// What is written: the place of the record has a byte of its own.
    fileprivate var bytes: [UInt8] { self == .stepWithSecondRecord ? [Self.step.rawValue, 1] : [rawValue, 0] }

    fileprivate init?(bytes: ArraySlice<UInt8>) {
      guard let first = bytes.first, let second = bytes.last else { return nil }
      guard first != Self.stepWithSecondRecord.rawValue else { return nil }
      if first == Self.step.rawValue, second == 1 { self = .stepWithSecondRecord } else { self.init(rawValue: first) }
    }
  }

  /// Bytes of text in one record page.
  public static let pageSize = 12
  private static let mark: [UInt8] = Array("mct".utf8)

  public var content: Content

  public init(_ content: Content) {
    self.content = content
  }

  /// The 16 bytes on the wire.
  public var bytes: [UInt8] {
    switch content {
    case .object(let role, let owner):
      Self.mark + [UInt8(ascii: "o")] + role.bytes + [0, 0] + Self.bigEndian(owner, count: 8)
    case .page(let text):
      Self.mark + [UInt8(ascii: "r")] + text.prefix(Self.pageSize)
        + [UInt8](repeating: 0, count: max(0, Self.pageSize - text.count))
    case .reservation(let former, let index):
      Self.mark + [UInt8(ascii: "p"), former.rawValue, 0, 0, 0] + Self.bigEndian(UInt64(index), count: 8)
    case .program(let mark):
      Self.mark + [UInt8(ascii: "t")]
        + [mark.id, mark.hash, mark.seed].flatMap { Self.bigEndian(UInt64($0), count: 4) }
    }
  }

  /// Reads a cookie; `nil` if it does not carry our mark.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 16, bytes.starts(with: Self.mark) else { return nil }
    let number = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    switch bytes[3] {
    case UInt8(ascii: "o"):
      guard let role = Role(bytes: bytes[4...5]) else { return nil }
      content = .object(role, owner: number)
    case UInt8(ascii: "r"):
      content = .page(Array(bytes[4...].prefix { $0 != 0 }))
    case UInt8(ascii: "p"):
      content = .reservation(
        former: BridgePortFlags(rawValue: bytes[4]), interfaceIndex: UInt32(truncatingIfNeeded: number))
    case UInt8(ascii: "t"):
      content = .program(
        ProgramMark(
          id: bytes[4..<8].reduce(0) { $0 << 8 | UInt32($1) }, hash: UInt32(truncatingIfNeeded: number >> 32),
          seed: UInt32(truncatingIfNeeded: number)))
    default:
      return nil
    }
  }

  /// Lower-case hexadecimal digits, as `tc` takes and shows them.
  public var hex: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func bigEndian(_ value: UInt64, count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
  }
}
