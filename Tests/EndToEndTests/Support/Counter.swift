import Synchronization

/// Numbers that no two tests of this process share.
enum Counter {
  private static let value = Atomic<UInt32>(0)

  static func next() -> UInt32 {
    value.add(1, ordering: .relaxed).newValue
  }
}
