import TrafficControl

/// Why a profile cannot be compiled for this host.
public struct Finding: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// The profile asks for something that contradicts itself or the host.
    case refused
    /// The kernel lacks something that there is no way around.
    case missingFeature(Feature)
  }

  public var owner: Owner
  public var kind: Kind
  public var message: String
  /// Who else has a part in it; the message names them.
  public var others: Set<Owner>

  public init(owner: Owner, kind: Kind, message: String, others: Set<Owner> = []) {
    self.owner = owner
    self.kind = kind
    self.message = message
    self.others = others
  }

  public var description: String {
    let subject =
      switch owner.subject {
      case .mirror(let name): "mirror \(name)"
      case .bridge(let name): "bridge \(name)"
      }
    return "\(subject) (profile \(owner.profile)): \(message)"
  }
}

/// All findings of one compilation, in the order of mirrors.
public struct CompilationError: Error, Sendable {
  public var findings: [Finding]

  public init(findings: [Finding]) {
    self.findings = findings
  }
}
