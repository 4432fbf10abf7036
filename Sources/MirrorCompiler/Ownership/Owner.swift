import MirrorModel
import TrafficControl

/// Whom a kernel object belongs to: one mirror or one bridge's settings, of one profile.
public struct Owner: Hashable, Sendable, Comparable, CustomStringConvertible {
  public enum Subject: Hashable, Sendable {
    case mirror(String)
    case bridge(String)
  }

  public var profile: String
  public var subject: Subject

  public init(profile: String, subject: Subject) {
    self.profile = profile
    self.subject = subject
  }

  /// `lab/m0`, and `lab/bridge:br0` for the settings of a bridge.
  public var description: String {
    switch subject {
    case .mirror(let name): "\(profile)/\(name)"
    case .bridge(let name): "\(profile)/bridge:\(name)"
    }
  }

  /// Of the description: what the cookies carry.
  public var fingerprint: UInt64 { Fingerprint.of(description) }

  public static func < (left: Owner, right: Owner) -> Bool { left.description < right.description }
}
