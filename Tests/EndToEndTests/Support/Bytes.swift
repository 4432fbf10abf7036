/// Numbers in network byte order, and text in hexadecimal.
extension [UInt8] {
  init(word value: UInt16) {
    self = [UInt8(value >> 8), UInt8(value & 0xff)]
  }

  init(long value: UInt32) {
    self = [UInt8](word: UInt16(value >> 16)) + [UInt8](word: UInt16(value & 0xffff))
  }

  /// The 16-bit number at a position; 0 beyond the end.
  func word(at position: Int) -> UInt16 {
    position + 2 <= count ? UInt16(self[position]) << 8 | UInt16(self[position + 1]) : 0
  }

  /// The 32-bit number at a position; 0 beyond the end.
  func long(at position: Int) -> UInt32 {
    UInt32(word(at: position)) << 16 | UInt32(word(at: position + 2))
  }

  func hexadecimal(separator: String) -> String {
    map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined(separator: separator)
  }

  /// The Internet checksum, RFC 1071.
  var internetChecksum: UInt16 {
    var sum = stride(from: 0, to: count, by: 2).reduce(UInt32(0)) { sum, position in
      sum + UInt32(self[position]) << 8 + (position + 1 < count ? UInt32(self[position + 1]) : 0)
    }
    while sum > 0xffff { sum = sum >> 16 + sum & 0xffff }
    return ~UInt16(sum)
  }
}

/// A MAC address.
struct HardwareAddress: Hashable, Sendable, CustomStringConvertible {
  let octets: [UInt8]

  static let broadcast = HardwareAddress(octets: [UInt8](repeating: 0xff, count: 6))

  /// A locally administered address that two numbers tell apart.
  init(_ group: UInt8, _ member: UInt8) {
    octets = [0x02, 0, 0, 0, group, member]
  }

  init(octets: [UInt8]) {
    self.octets = octets
  }

  var description: String { octets.hexadecimal(separator: ":") }
}

/// An IPv4 or IPv6 address: 4 or 16 octets.
struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
  let octets: [UInt8]

  /// From four decimal numbers with points.
  init(_ text: String) {
    octets = text.split(separator: ".").compactMap { UInt8($0) }
  }

  init(octets: [UInt8]) {
    self.octets = octets
  }

  var description: String {
    octets.count == 4
      ? octets.map(String.init).joined(separator: ".")
      : stride(from: 0, to: octets.count, by: 2).map { String(octets.word(at: $0), radix: 16) }.joined(separator: ":")
  }
}
