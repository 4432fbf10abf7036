/// Writes the text of a record shorter, so that it takes fewer of the kernel's actions to remember.
///
/// A packed text begins with ``mark``, and then is a row of
///
///  - bytes below 0x80, which stand for themselves,
///  - copies of something near before, of 3 to 18 bytes: `10LLLLDD` and one byte,
///  - copies of something before, of 3 to 34 bytes: `110LLLLL` and two bytes,
///  - 0xE0 and a byte, which stands for itself.
///
/// `L` is the length less 3. The distance back to where a copy begins is 1 + the digits of a number to the base 255,
/// the highest first, each digit but those in `DD` written one higher: no byte is 0, which ends a page. What is "before" begins
/// with ``vocabulary``, as if every text followed it.
///
/// Other packers may choose other copies; a text that is there already is left as it is packed.
enum RecordPacking {
  /// No text that is not packed begins with it.
  static let mark: UInt8 = 0x01

  /// What texts begin and go on with. It is part of the format: not a byte of it may change.
  static let vocabulary = Array(
    #"""
    ":{"type":"erspan","type":"gretap","type":"vxlan","local":"remote":"192.168.fd00::1","key":"session":"version":2,"dont_fragment":false,"ttl":64,"snaplen":"sample":{"one_in":"random":true,"rate":"Mbit","burst":"normalize":true,"offload":"require","force":true,"bridges":[{"name":"flood_vlans":[".yaml\#
    {"version":1,"profile":"default","enabled":false,"view":"switch","select_vlan":["filter":"tcp port ","output_vlan":{"id":"ports":["keep_inner":true,"reflect":true,"output_tunnel":","bridge":"vmbr0","bridge":"br0","select_all":true,"output_port":"veth","output_port":["tap","eth0","output_port":"mon"}]}{"version":1,"profile":"","mirrors":[{"name":"m","select_src_port":["tap"],"select_dst_port":["
    """#.utf8)

  private static let shortLengths = 3...18
  private static let longLengths = 3...34
  private static let base = 255

  /// No packed text stands for one that is so many times as long: three bytes stand for 34 at most.
  static let greatestGrowth = 12

  /// The shorter of the two ways to write a text that has no byte 0.
  static func pack(_ text: String) -> [UInt8] {
    let plain = Array(text.utf8)
    var packer = prepared
    let packed = packer.pack(plain)
    return packed.count < plain.count || plain.first == mark ? packed : plain
  }

  /// - Parameter limit: the greatest length of the text.
  /// - Returns: `nil` for what was never written so.
  static func unpack(_ bytes: [UInt8], limit: Int) -> String? {
    guard bytes.first == mark else { return String(decoding: bytes, as: UTF8.self) }
    var text = vocabulary
    var rest = bytes.dropFirst()
    while let first = rest.popFirst() {
      let (length, high, digits): (Int, Int, Int)
      switch first {
      case 0..<0x80:
        text.append(first)
        continue
      case 0x80..<0xC0: (length, high, digits) = (Int(first >> 2 & 15) + shortLengths.lowerBound, Int(first & 3), 1)
      case 0xC0..<0xE0: (length, high, digits) = (Int(first & 31) + longLengths.lowerBound, 0, 2)
      case 0xE0:
        guard let literal = rest.popFirst() else { return nil }
        text.append(literal)
        continue
      default: return nil
      }
      guard rest.count >= digits else { return nil }
      let distance = 1 + rest.prefix(digits).reduce(high) { $0 * base + Int($1) - 1 }
      rest = rest.dropFirst(digits)
      guard distance > 0, distance <= text.count, text.count + length <= vocabulary.count + limit else { return nil }
      for _ in 0..<length { text.append(text[text.count - distance]) }
    }
    return String(decoding: text[vocabulary.count...], as: UTF8.self)
  }

  /// With the vocabulary behind it.
  private static let prepared = Packer(after: vocabulary)

  /// Finds what has been before by the three bytes that it begins with.
  private struct Packer {
    private var bytes: [UInt8]
    /// The last place of three bytes, by a hash of them; -1: none.
    private var heads = [Int](repeating: -1, count: 1 << 10)
    /// The place before each place that has the same hash.
    private var earlier: [Int] = []

    /// How many places are tried for each copy.
    private static let patience = 32

    init(after vocabulary: [UInt8]) {
      bytes = vocabulary
      note(until: vocabulary.count)
    }

    mutating func pack(_ text: [UInt8]) -> [UInt8] {
      var packed = [RecordPacking.mark]
      var place = bytes.count
      bytes += text
      while place < bytes.count {
        if let (length, distance) = best(at: place) {
          RecordPacking.append(length, distance, to: &packed)
          place += length
        } else {
          if bytes[place] >= 0x80 { packed.append(0xE0) }
          packed.append(bytes[place])
          place += 1
        }
        note(until: place)
      }
      return packed
    }

    private func hash(at place: Int) -> Int {
      (Int(bytes[place]) &* 31 &+ Int(bytes[place + 1])) &* 31 &+ Int(bytes[place + 2])
    }

    private mutating func note(until end: Int) {
      while earlier.count < end {
        let place = earlier.count
        guard place + 2 < bytes.count else {
          earlier.append(-1)
          continue
        }
        let slot = hash(at: place) & (heads.count - 1)
        earlier.append(heads[slot])
        heads[slot] = place
      }
    }

    /// The copy that saves most.
    private func best(at place: Int) -> (length: Int, distance: Int)? {
      guard place + 2 < bytes.count else { return nil }
      var best: (saving: Int, length: Int, distance: Int)?
      var candidate = heads[hash(at: place) & (heads.count - 1)]
      for _ in 0..<Self.patience {
        guard candidate >= 0 else { break }
        let length = min(common(candidate, place), longLengths.upperBound)
        let distance = place - candidate
        let saving = length - RecordPacking.cost(length, distance)
        if length >= shortLengths.lowerBound, saving > max(0, best?.saving ?? 0) { best = (saving, length, distance) }
        candidate = earlier[candidate]
      }
      return best.map { ($0.length, $0.distance) }
    }

    private func common(_ first: Int, _ second: Int) -> Int {
      var length = 0
      while second + length < bytes.count, bytes[first + length] == bytes[second + length] { length += 1 }
      return length
    }
  }

  /// How many bytes a copy takes.
  private static func cost(_ length: Int, _ distance: Int) -> Int {
    guard distance <= base * base else { return .max }
    return shortLengths.contains(length) && distance <= 4 * base ? 2 : 3
  }

  private static func append(_ length: Int, _ distance: Int, to packed: inout [UInt8]) {
    let (high, low) = (distance - 1).quotientAndRemainder(dividingBy: base)
    if cost(length, distance) == 2 {
      packed.append(0x80 | UInt8(length - shortLengths.lowerBound) << 2 | UInt8(high))
    } else {
      packed += [0xC0 | UInt8(length - longLengths.lowerBound), UInt8(high + 1)]
    }
    packed.append(UInt8(low + 1))
  }
}
