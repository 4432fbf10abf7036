/// Damages texts as accidents and attackers do.
public enum TextMutation {
  /// Changes one to four places.
  ///
  /// - Parameters:
  ///   - fragments: what is inserted, besides bytes and parts of the text itself.
  public static func mutate(
    _ text: [UInt8], with fragments: [String], using generator: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = text
    for _ in 0...generator.number(below: 4) where !bytes.isEmpty {
      let place = generator.number(below: bytes.count)
      let end = min(bytes.count, place + 1 + generator.number(below: 40))
      switch generator.number(below: 8) {
      case 0: bytes[place] = UInt8(generator.number(below: 256))
      case 1: bytes.remove(at: place)
      case 2: bytes.swapAt(place, generator.number(below: bytes.count))
      case 3: bytes.removeSubrange(place..<end)
      case 4: bytes.insert(contentsOf: bytes[place..<end], at: generator.number(below: bytes.count))
      case 5: bytes[place] ^= 1 << UInt8(generator.number(below: 8))
      case 6: bytes.removeLast(bytes.count - place)
      default:
        bytes.insert(contentsOf: fragments[generator.number(below: fragments.count)].utf8, at: place)
      }
    }
    return bytes
  }
}
