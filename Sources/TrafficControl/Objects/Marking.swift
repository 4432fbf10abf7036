import NetworkTypes

/// An eBPF classifier that gives frames a firewall mark: the mark stays with a packet through encapsulation, IPsec and network
/// address translation on this host, so that filters can tell copies wherever the packets leave.
public struct Marking: Hashable, Sendable {
  /// What the whole mark becomes, `struct __sk_buff.mark`.
  public var value: UInt32
  /// Which program it is; see ``Truncation/revision``.
  public var revision: UInt16

  /// To be raised with every change of ``instructions``.
  public static let currentRevision: UInt16 = 1

  public init(_ mark: PacketMark) { self.init(value: mark.value, revision: Self.currentRevision) }

  private init(value: UInt32, revision: UInt16) { (self.value, self.revision) = (value, revision) }

  var objectName: String { "mark_\(String(value, radix: 16))" }

  init?(objectName: Substring, revision: UInt16) {
    guard objectName.hasPrefix("mark_"), let value = UInt32(objectName.dropFirst(5), radix: 16) else { return nil }
    self.init(value: value, revision: revision)
  }

  /// The program: sets the mark and returns 0, which is no match.
  public var instructions: [ExtendedInstruction] {
    [
      .move32(.r2, Int32(bitPattern: value)), .store(.r2, .r1, Self.markOffset), .move(.r0, 0), .exit,
    ]
  }

  /// In `struct __sk_buff`.
  private static let markOffset: Int16 = 8
}
