import NetworkTypes

extension VLANSet {
  /// Above this many ranges a table is shorter.
  private static let mostRanges = 100

  /// Tests the VLAN ID in the accumulator: jumps to one label if it is in the set, to the other if not.
  func emit(into assembler: inout BPFAssembler, hit: BPFAssembler.Label, miss: BPFAssembler.Label) {
    let present = ranges
    let absent = VLANSet.all.subtracting(self).ranges
    if min(present.count, absent.count) > Self.mostRanges {
      emitTable(into: &assembler, hit: hit, miss: miss)
    } else if present.count <= absent.count {
      Self.emit(present, into: &assembler, inside: hit, outside: miss)
    } else {
      Self.emit(absent, into: &assembler, inside: miss, outside: hit)
    }
  }

  private static func emit(
    _ ranges: [ClosedRange<UInt16>], into assembler: inout BPFAssembler, inside: BPFAssembler.Label,
    outside: BPFAssembler.Label
  ) {
    for range in ranges {
      let next = assembler.newLabel()
      let within = assembler.newLabel()
      assembler.jump(ifGreater: UInt32(range.upperBound), to: next)
      assembler.jump(ifAtLeast: UInt32(range.lowerBound), to: within)
      assembler.jump(to: outside)
      assembler.place(within)
      assembler.jump(to: inside)
      assembler.place(next)
    }
    assembler.jump(to: outside)
  }

  /// A table of 128 words of 32 VLAN IDs each: a tree of comparisons finds the word, a shift the bit.
  private func emitTable(into assembler: inout BPFAssembler, hit: BPFAssembler.Label, miss: BPFAssembler.Label) {
    let test = assembler.newLabel()
    let isSet = assembler.newLabel()
    assembler.store(inScratch: 0)
    assembler.and(31)
    assembler.store(inScratch: 1)
    assembler.load(fromScratch: 0)
    assembler.shiftRight(by: 5)
    emitTree(0..<128, into: &assembler, found: test)
    assembler.place(test)
    assembler.loadIndex(fromScratch: 1)
    assembler.shiftRightByIndex()
    assembler.jump(ifAnyBitOf: 1, to: isSet)
    assembler.jump(to: miss)
    assembler.place(isSet)
    assembler.jump(to: hit)
  }

  /// Leaves the word whose number is in the accumulator there.
  private func emitTree(
    _ numbers: Range<UInt16>, into assembler: inout BPFAssembler, found: BPFAssembler.Label
  ) {
    guard numbers.count > 1 else {
      assembler.load((0..<32).reduce(0) { $0 | (contains(numbers.lowerBound * 32 + $1) ? 1 << UInt32($1) : 0) })
      assembler.jump(to: found)
      return
    }
    let middle = numbers.lowerBound + UInt16(numbers.count / 2)
    let upper = assembler.newLabel()
    assembler.jump(ifAtLeast: UInt32(middle), to: upper)
    emitTree(numbers.lowerBound..<middle, into: &assembler, found: found)
    assembler.place(upper)
    emitTree(middle..<numbers.upperBound, into: &assembler, found: found)
  }
}
