/// A program that gets the frames of a hook before its filters do (Linux 6.6), and may keep them.
public struct TCXProgram: Hashable, Sendable {
  public var id: UInt32
  /// Empty: it has none, or it is not known.
  public var name: String

  public init(id: UInt32, name: String = "") {
    self.id = id
    self.name = name
  }
}
