import MirrorModel

/// Something that the profile does not hold as Open vSwitch did, or that takes more than the profile.
public struct ImportNote: Hashable, Sendable, CustomStringConvertible {
  /// The record of Open vSwitch, for instance `Mirror 'm0' of br0`.
  public var record: String
  /// What became of it and, where something can be done, what.
  public var message: String

  /// `Mirror 'm0' of br0: …`
  public var description: String { "\(record): \(message)" }
}

/// Collects notes, each once.
struct Notes {
  private(set) var all: [ImportNote] = []
  private var seen: Set<ImportNote> = []

  mutating func add(_ record: String, _ message: String) {
    let note = ImportNote(record: record, message: message)
    if seen.insert(note).inserted { all.append(note) }
  }
}
