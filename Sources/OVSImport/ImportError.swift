/// Why an Open vSwitch configuration cannot be read: what was read, what is wrong with it and what to do.
public struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file or the socket, as the user named it.
  public var source: String
  public var message: String

  public init(source: String, message: String) {
    self.source = source
    self.message = message
  }

  public var description: String { "\(source): \(message)" }
}
