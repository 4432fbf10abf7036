/// The UUID that tells a record from all others.
struct RecordID: Hashable, Comparable, CustomStringConvertible {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  static func < (left: RecordID, right: RecordID) -> Bool { left.text < right.text }

  var description: String { text }
}
