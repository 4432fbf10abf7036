/// A set of VLAN IDs 0...4095, as one bit each; 0 stands for untagged where no VLAN is assigned.
public struct VLANSet: Hashable, Sendable {
  /// Every VLAN ID of IEEE 802.1Q, 0 and the reserved 4095 included.
  public static let all = VLANSet(words: [UInt64](repeating: .max, count: 64))
  /// Those that a tag can name: all but 0, which makes it a priority tag.
  public static let named: VLANSet = {
    var named = VLANSet.all
    named.remove(0)
    return named
  }()
  public static let empty = VLANSet(words: [UInt64](repeating: 0, count: 64))
  /// The number of distinct VLAN IDs, 2 to the power of 12.
  public static let capacity = 4096

  private var words: [UInt64]

  private init(words: [UInt64]) {
    self.words = words
  }

  /// The set of the given IDs; those above 4095 are ignored.
  public init(_ ids: some Sequence<UInt16>) {
    self = .empty
    for id in ids { insert(id) }
  }

  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  public func contains(_ id: UInt16) -> Bool {
    id < Self.capacity && words[Int(id >> 6)] & (1 << UInt64(id & 63)) != 0
  }

  public mutating func insert(_ id: UInt16) {
    guard id < Self.capacity else { return }
    words[Int(id >> 6)] |= 1 << UInt64(id & 63)
  }

  public mutating func remove(_ id: UInt16) {
    guard id < Self.capacity else { return }
    words[Int(id >> 6)] &= ~(1 << UInt64(id & 63))
  }

  public func union(_ other: VLANSet) -> VLANSet { combine(other, |) }
  public func intersection(_ other: VLANSet) -> VLANSet { combine(other, &) }
  public func subtracting(_ other: VLANSet) -> VLANSet { combine(other) { $0 & ~$1 } }
  public func isSubset(of other: VLANSet) -> Bool { words.indices.allSatisfy { words[$0] & ~other.words[$0] == 0 } }
  public func isDisjoint(with other: VLANSet) -> Bool { words.indices.allSatisfy { words[$0] & other.words[$0] == 0 } }

  /// The IDs in ascending order.
  public var ids: [UInt16] { ranges.flatMap(Array.init) }

  /// The IDs as maximal runs in ascending order.
  public var ranges: [ClosedRange<UInt16>] {
    var runs: [ClosedRange<UInt16>] = []
    var start = first(present: true, from: 0)
    while start < Self.capacity {
      let end = first(present: false, from: start)
      runs.append(UInt16(start)...UInt16(end - 1))
      start = first(present: true, from: end)
    }
    return runs
  }

  /// The first ID from one on that is in the set, or is not; ``capacity`` where there is none.
  private func first(present: Bool, from start: Int) -> Int {
    var mask = UInt64.max << UInt64(start % 64)
    var index = start / 64
    while index < words.count {
      let found = (present ? words[index] : ~words[index]) & mask
      if found != 0 { return 64 * index + found.trailingZeroBitCount }
      mask = .max
      index += 1
    }
    return Self.capacity
  }

  private func combine(_ other: VLANSet, _ operation: (UInt64, UInt64) -> UInt64) -> VLANSet {
    var result = self
    for index in words.indices { result.words[index] = operation(words[index], other.words[index]) }
    return result
  }
}

extension VLANSet: CustomStringConvertible {
  /// `10, 20-29`
  public var description: String {
    ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ", ")
  }
}
