import MirrorModel

/// A file of the service's directory.
public struct KeptFile: Hashable, Sendable {
  /// Without the directory.
  public var name: String
  /// What it says; `nil`: it cannot be used as it is now, and what was installed from it stays.
  public var profile: Profile?

  public init(name: String, profile: Profile?) {
    self.name = name
    self.profile = profile
  }
}
