/// A filter that is not ours.
public struct ForeignFilter: Hashable, Sendable {
  /// The frames for which it decides, as far as the kernel tells.
  public enum Scope: String, Hashable, Sendable { case everyFrame, someFrames }

  /// What it decides.
  public enum Verdict: String, Hashable, Sendable {
    /// The next filter gets the frame (`continue`).
    case continues
    /// The frame is dropped.
    case drops
    /// No other filter gets the frame (`ok`, `stolen`, `trap` …, or the end of the actions).
    case ends
    /// A program or another chain decides.
    case unknown
  }

  public var preference: UInt16
  public var chain: UInt32
  public var kind: String
  /// Of a program (`TCA_BPF_NAME`).
  public var name: String?
  public var scope: Scope
  public var verdict: Verdict

  public init(
    preference: UInt16, chain: UInt32 = 0, kind: String, name: String? = nil, scope: Scope = .everyFrame,
    verdict: Verdict = .continues
  ) {
    self.preference = preference
    self.chain = chain
    self.kind = kind
    self.name = name
    self.scope = scope
    self.verdict = verdict
  }

  /// Whether filters behind it may miss frames of the wire. What is dropped at the egress hook never gets to the wire.
  public func hidesFrames(at hook: Hook) -> Bool {
    guard chain == 0 else { return false }
    return switch verdict {
    case .continues: false
    case .drops: hook == .ingress
    case .ends, .unknown: true
    }
  }
}
