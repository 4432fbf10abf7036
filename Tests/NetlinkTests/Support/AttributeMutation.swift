import CMnl
import TestSupport

@testable import Netlink

/// Damages messages where it hurts: in the lengths and types of attributes, and in how they are nested.
enum AttributeMutation {
  private static let lengths: [UInt16] = [0, 1, 3, 4, 5, 8, 0x7fff, 0x8000, 0xfffc, 0xffff]

  static func mutate(_ payload: ArraySlice<UInt8>, using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = Array(payload)
    for _ in 0...generator.number(below: 5) where bytes.count > 8 {
      let headers = self.headers(in: bytes)
      guard !headers.isEmpty, !generator.happens(oneIn: 3) else {
        bytes[generator.number(below: bytes.count)] = UInt8(truncatingIfNeeded: generator.next())
        continue
      }
      let place = headers[generator.number(below: headers.count)]
      switch generator.number(below: 5) {
      case 0: store(lengths[generator.number(below: lengths.count)], in: &bytes, at: place)
      case 1: store(UInt16(truncatingIfNeeded: generator.next() % 96), in: &bytes, at: place + 2)
      case 2:
        store(
          UInt16(truncatingIfNeeded: Int(length(bytes, place)) + generator.number(below: 9) - 4), in: &bytes, at: place)
      case 3: nest(&bytes, place, levels: 1 + generator.number(below: 200))
      default: repeatAttribute(&bytes, place, times: 1 + generator.number(below: 20))
      }
    }
    return bytes
  }

  /// Every four bytes that could be the header of an attribute that lies within the message.
  private static func headers(in bytes: [UInt8]) -> [Int] {
    stride(from: 0, to: bytes.count - 4, by: 4).filter { place in
      guard bytes[place + 3] & 0x3f == 0 else { return false }
      return (4...bytes.count - place).contains(Int(length(bytes, place)))
    }
  }

  private static func length(_ bytes: [UInt8], _ place: Int) -> UInt16 { bytes[...].load(UInt16.self, at: place) ?? 0 }

  private static func store(_ value: UInt16, in bytes: inout [UInt8], at place: Int) {
    guard place + 1 < bytes.count else { return }
    (bytes[place], bytes[place + 1]) = (UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8))
  }

  /// An attribute within an attribute of the same type, and so on.
  private static func nest(_ bytes: inout [UInt8], _ place: Int, levels: Int) {
    let size = min((Int(length(bytes, place)) + 3) & ~3, bytes.count - place)
    var content = Array(bytes[place..<(place + size)])
    for _ in 0..<levels where content.count < 0xfff0 {
      let total = UInt16(content.count + 4)
      content =
        [UInt8(truncatingIfNeeded: total), UInt8(total >> 8), bytes[place + 2], bytes[place + 3] | 0x80] + content
    }
    bytes.replaceSubrange(place..<(place + size), with: content)
  }

  private static func repeatAttribute(_ bytes: inout [UInt8], _ place: Int, times: Int) {
    let size = min((Int(length(bytes, place)) + 3) & ~3, bytes.count - place)
    let content = Array(bytes[place..<(place + size)])
    for _ in 0..<times { bytes.insert(contentsOf: content, at: place) }
  }
}
