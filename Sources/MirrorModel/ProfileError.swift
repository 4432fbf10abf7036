/// Everything that is wrong with a profile, in the order of the text.
public struct ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// At least one finding.
  public var diagnostics: [Diagnostic]

  public init(diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }

  /// One line for each finding.
  public var description: String {
    diagnostics.map(\.description).joined(separator: "\n")
  }
}
