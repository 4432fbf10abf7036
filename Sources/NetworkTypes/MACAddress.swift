/// A 48-bit Ethernet address.
public struct MACAddress: Hashable, Sendable {
  /// Bytes of an address.
  public static let length = 6

  /// In the order of transmission.
  public let octets: [UInt8]

  /// - Returns: `nil` unless there are six octets.
  public init?(octets: some Collection<UInt8>) {
    guard octets.count == Self.length else { return nil }
    self.octets = Array(octets)
  }

  /// The lower 48 bits of a number, the highest first: `0x0200_0000_0001` is 02:00:00:00:00:01.
  public init(_ number: UInt64) {
    octets = (0..<Self.length).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * (Self.length - 1 - $0))) }
  }
}

extension MACAddress: CustomStringConvertible {
  /// As `tc` and `ip` write it: 02:00:00:00:00:01.
  public var description: String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }
}
