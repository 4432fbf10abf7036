/// An IPv4 or IPv6 address, in network byte order.
///
/// Text follows RFC 4291 section 2.2 and is printed as RFC 5952 recommends.
public enum IPAddress: Hashable, Sendable {
  /// Four octets, most significant first.
  case v4([UInt8])
  /// Sixteen octets, most significant first.
  case v6([UInt8])

  /// Parses `10.0.0.1` or `2001:db8::1`; `nil` for anything else, zone identifiers and prefix lengths included.
  public init?(_ text: String) {
    if let octets = Self.parseV4(text[...]) {
      self = .v4(octets)
    } else if let octets = Self.parseV6(text) {
      self = .v6(octets)
    } else {
      return nil
    }
  }

  /// The address of 4 or 16 octets, most significant first; `nil` for any other number.
  public init?(octets: some Collection<UInt8>) {
    switch octets.count {
    case 4: self = .v4(Array(octets))
    case 16: self = .v6(Array(octets))
    default: return nil
    }
  }

  /// The octets, most significant first: 4 or 16 of them.
  public var octets: [UInt8] {
    switch self {
    case .v4(let octets), .v6(let octets): octets
    }
  }

  /// Whether a unicast packet can be addressed to it: not unspecified, multicast or IPv4 broadcast.
  public var isUnicast: Bool {
    switch self {
    case .v4(let octets): octets[0] < 224 && octets.contains { $0 != 0 }
    case .v6(let octets): octets[0] != 0xff && octets.contains { $0 != 0 }
    }
  }

  /// Whether it is an IPv6 address that counts on one link only (RFC 4291, 2.5.6): `fe80::/10`.
  public var isLinkLocalV6: Bool {
    if case .v6(let octets) = self { octets[0] == 0xfe && octets[1] & 0xc0 == 0x80 } else { false }
  }

  private static func parseV4(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var octets: [UInt8] = []
    for part in parts {
      guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        part == "0" || part.first != "0", let octet = UInt8(part)
      else { return nil }
      octets.append(octet)
    }
    return octets
  }

  private static func parseV6(_ text: String) -> [UInt8]? {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    guard (1...2).contains(halves.count), let head = parseGroups(halves[0]) else { return nil }
    guard halves.count == 2 else { return head.count == 16 ? head : nil }
    guard let tail = parseGroups(halves[1]), head.count + tail.count <= 14 else { return nil }
    return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
  }

  private static func parseGroups(_ text: Substring) -> [UInt8]? {
    guard !text.isEmpty else { return [] }
    let groups = text.split(separator: ":", omittingEmptySubsequences: false)
    guard groups.count <= 8 else { return nil }
    var octets: [UInt8] = []
    for (position, group) in groups.enumerated() {
      if position == groups.count - 1, group.contains(".") {
        guard let mapped = parseV4(group) else { return nil }
        octets += mapped
      } else {
        guard (1...4).contains(group.utf8.count), group.utf8.allSatisfy({ isHexDigit($0) }),
          let value = UInt16(group, radix: 16)
        else { return nil }
        octets += [UInt8(value >> 8), UInt8(value & 0xff)]
      }
    }
    return octets
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }
}

extension IPAddress: CustomStringConvertible {
  public var description: String {
    switch self {
    case .v4(let octets): octets.map(String.init).joined(separator: ".")
    case .v6(let octets): Self.formatV6(octets)
    }
  }

  private static func formatV6(_ octets: [UInt8]) -> String {
    let groups = stride(from: 0, to: 16, by: 2).map { UInt16(octets[$0]) << 8 | UInt16(octets[$0 + 1]) }
    var longest = 0..<0
    var start = 0
    while start < 8 {
      let end = groups[start...].firstIndex { $0 != 0 } ?? 8
      if end - start > max(longest.count, 1) { longest = start..<end }
      start = max(end, start + 1)
    }
    func hex(_ range: Range<Int>) -> String {
      groups[range].map { String($0, radix: 16) }.joined(separator: ":")
    }
    guard !longest.isEmpty else { return hex(0..<8) }
    return hex(0..<longest.lowerBound) + "::" + hex(longest.upperBound..<8)
  }
}
