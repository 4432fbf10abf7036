import Glibc

/// Packets that the kernel has received and not handled yet, among them copies on their way through a veth pair.
///
/// What leads to a pair is gone before the pair goes, but what was sent into it may still wait at its other end: that would be lost
/// with the filters there, or with the pair.
enum ReceiveBacklog {
  /// One line for each processor (softnet_seq_show, net/core/net-procfs.c).
  private static let path = "/proc/net/softnet_stat"
  /// The column with the length of both queues, since Linux 5.10; hexadecimal.
  private static let column = 11
  private static let pauseMicroseconds: UInt32 = 500
  /// How many pauses at most: a processor under full load may never show an empty one.
  private static let patience = 200

  /// Waits until each processor has been seen without a backlog. Where the kernel does not tell, there is nothing to wait for.
  static func drain() {
    _ = isDrained(patience: patience) {
      guard let bytes = try? InputFile.read(path, limit: 1 << 20, .regular) else { return [] }
      return lengths(in: String(decoding: bytes, as: UTF8.self))
    } pause: {
      usleep(pauseMicroseconds)
    }
  }

  /// - Parameter read: gives the lengths for each processor.
  /// - Returns: `false`: patience was not enough.
  static func isDrained(patience: Int, read: () -> [Int], pause: () -> Void) -> Bool {
    var seenEmpty: Set<Int> = []
    for _ in 0..<patience {
      let lengths = read()
      seenEmpty.formUnion(lengths.indices.filter { lengths[$0] == 0 })
      if seenEmpty.count == lengths.count { return true }
      pause()
    }
    return false
  }

  /// The lengths in a text such as the kernel gives; none where it has no such column.
  static func lengths(in text: String) -> [Int] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      return words.indices.contains(column) ? Int(words[column], radix: 16) : nil
    }
  }
}
