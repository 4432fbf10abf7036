import NetworkTypes

/// The value of a field and which of its bits count, in network byte order.
struct MaskedBytes: Hashable {
  /// Bits that do not count are 0.
  let value: [UInt8]
  let mask: [UInt8]

  init(value: [UInt8], mask: [UInt8]) {
    self.value = zip(value, mask).map { $0 & $1 }
    self.mask = mask
  }

  var isEverything: Bool { mask.allSatisfy { $0 == 0 } }
  var isExact: Bool { mask.allSatisfy { $0 == 0xff } }
  /// Whether a field of zeros has it.
  var includesZero: Bool { value.allSatisfy { $0 == 0 } }

  /// The leading bits that count, where no others do.
  var prefixLength: Int? {
    let length = mask.prefix { $0 == 0xff }.count
    let rest = mask.dropFirst(length)
    let bits = rest.first.map { (~$0).leadingZeroBitCount } ?? 0
    guard rest.dropFirst().allSatisfy({ $0 == 0 }), rest.first.map({ $0 << bits == 0 }) ?? true else { return nil }
    return length * 8 + bits
  }

  /// As one number, of at most 8 bytes.
  var number: UInt64 { value.reduce(0) { $0 << 8 | UInt64($1) } }

  /// Comparisons of pcap-filter(7) that only these bytes pass, in words of 4, 2 and 1 bytes; empty where all pass.
  ///
  /// - Parameter load: the words for a load of so many bytes from so many bytes after the field's first.
  func comparisons(_ load: (_ offset: Int, _ size: Int) -> String) -> [String] {
    var comparisons: [String] = []
    var start = 0
    while start < mask.count {
      let size = [4, 2, 1].first { start + $0 <= mask.count } ?? 1
      let wanted = Self.number(value[start..<start + size])
      let bits = Self.number(mask[start..<start + size])
      let full = size == 4 ? 0xffff_ffff : (1 << (8 * size)) - 1
      if bits == full {
        comparisons.append("\(load(start, size)) = \(Self.text(wanted))")
      } else if bits != 0 {
        comparisons.append("\(load(start, size)) & 0x\(String(bits, radix: 16)) = \(Self.text(wanted))")
      }
      start += size
    }
    return comparisons
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

  private static func text(_ number: Int) -> String { number < 256 ? "\(number)" : "0x\(String(number, radix: 16))" }
}

extension MaskedBytes {
  /// `NUMBER` or `NUMBER/MASK`.
  init?(number text: String, size: Int) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String($0) ?? "" }
    let full = (1 << (8 * size)) - 1
    guard parts.count <= 2, let value = parts.first.flatMap(CNumber.parse), (0...full).contains(value) else {
      return nil
    }
    guard let mask = parts.count == 2 ? CNumber.parse(parts[1]) : full, (0...full).contains(mask) else { return nil }
    self.init(value: Self.bytes(value, size), mask: Self.bytes(mask, size))
  }

  /// `ADDRESS`, `ADDRESS/BITS` or `ADDRESS/MASK`, all of the same family.
  init?(address text: String, size: Int) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String($0) ?? "" }
    guard parts.count <= 2, let address = parts.first.flatMap({ IPAddress($0) })?.octets, address.count == size else {
      return nil
    }
    guard parts.count == 2 else {
      self.init(value: address, mask: [UInt8](repeating: 0xff, count: size))
      return
    }
    if let mask = IPAddress(parts[1])?.octets {
      guard mask.count == size else { return nil }
      self.init(value: address, mask: mask)
      return
    }
    guard let bits = Int(parts[1]), (0...8 * size).contains(bits) else { return nil }
    let mask = (0..<size).map { byte in UInt8(truncatingIfNeeded: 0xff00 >> max(0, min(8, bits - 8 * byte))) }
    self.init(value: address, mask: mask)
  }

  /// `02:00:00:00:00:01`, with or without `/` and such a mask.
  init?(ethernet text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { String($0) ?? "" }
    guard parts.count <= 2, let value = parts.first.flatMap(Self.ethernet) else { return nil }
    guard let mask = parts.count == 2 ? Self.ethernet(parts[1]) : [UInt8](repeating: 0xff, count: 6) else { return nil }
    self.init(value: value, mask: mask)
  }

  private static func ethernet(_ text: String) -> [UInt8]? {
    let octets = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { part in
      (1...2).contains(part.count) && part.first != UInt8(ascii: "+")
        ? String(part).flatMap { UInt8($0, radix: 16) } : nil
    }
    let known = octets.compactMap(\.self)
    return octets.count == 6 && known.count == 6 ? known : nil
  }

  private static func bytes(_ number: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * (size - 1 - $0))) }
  }
}
