import CLinux

/// The processors that the calling thread may run on, and on which of them it runs.
enum Processor {
  private static let words = 16

  /// Calls a function once on every processor.
  ///
  /// A frame that a thread sends on a veth waits in the queue of the thread's processor, behind all that was put there
  /// before: so this, with something sent and awaited in it, lets every queue run dry.
  static func onEach(_ body: () throws -> Void) throws {
    let size = UInt(words * MemoryLayout<UInt>.size)
    var allowed = [UInt](repeating: 0, count: words)
    try unsafe checked("sched_getaffinity", sched_getaffinity(0, size, &allowed))
    defer { _ = unsafe sched_setaffinity(0, size, allowed) }
    for number in 0..<words * UInt.bitWidth {
      let (word, bit) = (number / UInt.bitWidth, UInt(1) << (number % UInt.bitWidth))
      guard allowed[word] & bit != 0 else { continue }
      var one = [UInt](repeating: 0, count: words)
      one[word] = bit
      try unsafe checked("sched_setaffinity", sched_setaffinity(0, size, one))
      try body()
    }
  }
}
