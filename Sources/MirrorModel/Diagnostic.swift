/// One finding about a profile: where it is, what is wrong and what is accepted.
public struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file as the user named it; `-` for standard input.
  public var file: String
  public var position: SourcePosition
  /// For instance `mirrors[2].select_vlan[0]`; empty for the document itself.
  public var path: String
  /// What is wrong and what is accepted, in one sentence without a final full stop.
  public var message: String

  public init(file: String, position: SourcePosition, path: String, message: String) {
    self.file = file
    self.position = position
    self.path = path
    self.message = message
  }

  /// `lab.yaml:4:5: mirrors[0].bridge: …`
  public var description: String {
    "\(file):\(position.line):\(position.column): " + (path.isEmpty ? message : "\(path): \(message)")
  }
}
