import MirrorModel

/// How much of what it selects a mirror asks for: of two mirrors with one destination the fuller one copies what both select.
struct Fullness: Hashable, Comparable {
  /// All frames come before some of them, whole ones before cut ones, then more before fewer.
  private let order: [Int]

  init(_ mirror: PortMirror) {
    let oneIn = mirror.sample?.oneIn ?? 1
    order = [
      oneIn == 1 && mirror.rate == nil && mirror.order == .first ? 0 : 1, -(mirror.snaplen ?? .max), oneIn,
      -(mirror.rate?.bitsPerSecond ?? .max),
    ]
  }

  /// The fuller one comes first.
  static func < (left: Fullness, right: Fullness) -> Bool { left.order.lexicographicallyPrecedes(right.order) }
}
