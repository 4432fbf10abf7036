import MirrorModel

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

  /// FNV-1a, 64 bits, of the description: what the cookies carry.
  public var fingerprint: UInt64 {
    description.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }

  public static func < (left: Owner, right: Owner) -> Bool { left.description < right.description }
}
