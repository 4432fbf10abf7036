import NetworkTypes
import TestSupport
import Testing

@Suite("Sets of VLANs")
struct VLANSetTests {
  private static let sets: [VLANSet] =
    [.empty, .all, .named, VLANSet([0]), VLANSet([4095]), VLANSet([63, 64]), VLANSet(0...63), VLANSet(64...4095)]
    + (0..<20).map { round in
      var generator = SeededGenerator(seed: UInt64(round))
      return VLANSet((0..<(round * round)).map { _ in UInt16(generator.number(below: 4096)) })
    }

  @Test("The IDs are those that it contains, in order", arguments: sets)
  func ids(set: VLANSet) {
    #expect(set.ids == (0..<UInt16(VLANSet.capacity)).filter(set.contains))
    #expect(set.ids.count == set.count)
  }

  @Test("The runs hold its IDs, and no two could be one", arguments: sets)
  func ranges(set: VLANSet) {
    let ranges = set.ranges
    #expect(ranges.flatMap(Array.init) == (0..<UInt16(VLANSet.capacity)).filter(set.contains))
    #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound })
  }
}
