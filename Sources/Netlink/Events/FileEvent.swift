import CMnl

/// One event of inotify(7).
struct FileEvent: Hashable {
  var watch: Int32
  /// Of `IN_*`.
  var mask: UInt32
  /// In a directory that is watched; empty: the event is the directory's own.
  var name: String

  /// Splits what was read; it consists of whole events.
  static func split(_ bytes: ArraySlice<UInt8>) throws(MalformedMessage) -> [FileEvent] {
    let headerSize = 16
    var events: [FileEvent] = []
    var rest = bytes
    while !rest.isEmpty {
      guard let watch = rest.load(Int32.self), let mask = rest.load(UInt32.self, at: 4),
        let length = rest.load(UInt32.self, at: 12), Int(length) <= rest.count - headerSize
      else { throw MalformedMessage("struct inotify_event") }
      rest = rest.dropFirst(headerSize)
      events.append(FileEvent(watch: watch, mask: mask, name: rest.prefix(Int(length)).text))
      rest = rest.dropFirst(Int(length))
    }
    return events
  }

  func has(_ bits: Int32) -> Bool { mask & UInt32(bitPattern: bits) != 0 }
}
