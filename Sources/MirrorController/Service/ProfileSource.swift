import MirrorModel

/// A directory of profiles, as far as ``ProfileDirectory`` has to know it.
public protocol ProfileSource {
  /// What tells one content of a file from the next.
  associatedtype Stamp: Hashable

  /// The directory, as people name it.
  var path: String { get }

  /// The names of the files that count.
  ///
  /// - Throws: why the directory cannot be read.
  func names() throws(ProfileSourceFailure) -> Set<String>

  /// - Returns: `nil` where there is nothing under the name.
  func stamp(of name: String) -> Stamp?

  /// Whether what the name shows can change without an event for the name.
  func isLink(_ name: String) -> Bool

  /// - Throws: everything that is wrong with the file.
  func profile(in name: String) throws(ProfileSourceFailure) -> Profile
}

/// What is wrong with a file or with the directory, a line each.
public struct ProfileSourceFailure: Error, Hashable, Sendable {
  public var lines: [String]

  public init(_ lines: [String]) {
    self.lines = lines
  }
}
