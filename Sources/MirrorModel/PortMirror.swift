import NetworkTypes

/// One mirror as the user writes it: the columns of Open vSwitch's Mirror table and what `mirrorctl` adds to them.
///
/// Values are within their documented ranges when they come from ``ProfileDecoder``; the compiler relies on it.
public struct PortMirror: Hashable, Sendable {
  /// `[A-Za-z0-9][A-Za-z0-9_.-]{0,31}`, unique in its profile.
  public var name: String
  public var administrativeState: AdministrativeState = .enabled
  /// The bridge that gives the ports their switch meaning; `nil`: every interface stands for itself.
  public var bridge: String?
  public var selection = Selection()
  public var view: View = .wire
  public var output: Output
  /// Bytes of each copy to keep, 14...65535, from the destination MAC; `nil`: all.
  public var snaplen: Int?
  public var sample: Sample?
  public var rate: RateLimit?
  public var normalization: Normalization = .asIs
  public var offload: Offload = .auto
  public var hook: HookKind = .auto
  public var order: FilterOrder = .first
  public var cyclePolicy: CyclePolicy = .refuse

  public init(name: String, output: Output) {
    self.name = name
    self.output = output
  }
}

/// Whether a mirror is installed (`enabled:`).
public enum AdministrativeState: String, Hashable, Sendable { case enabled, disabled }

/// What is copied: `select_all`, `select_src_port`, `select_dst_port`, `select_vlan` and `filter`.
public struct Selection: Hashable, Sendable {
  /// Which ports are looked at.
  public enum Scope: Hashable, Sendable {
    /// `select_all`: every port of the bridge, both sides, following membership.
    case everyPort
    /// The ports that match a pattern, each side by itself; two empty lists select nothing.
    case ports(source: [PortPattern], destination: [PortPattern])
  }

  public var scope: Scope = .ports(source: [], destination: [])
  /// Classified VLANs, 0...4094; `nil`: all.
  public var vlans: VLANSet?
  /// A pcap-filter(7) expression; `nil`: every frame.
  public var filter: String?

  public init() {}
}

/// How a copy looks: as the frame is on the wire, or as the switch sees it (`view:`).
public enum View: String, Hashable, Sendable, CaseIterable { case wire, `switch` }

/// Whether hardware may or must do the mirroring (`offload:`).
public enum Offload: String, Hashable, Sendable, CaseIterable { case auto, off, require }

/// What copies frames at the selected ports (`hook:`): filters of the qdisc clsact, or tcx programs, which see frames before
/// these filters and need no qdisc.
public enum HookKind: String, Hashable, Sendable, CaseIterable { case auto, clsact, tcx }

/// On which side of the filters that other tools have at a hook a mirror's filters are, where that makes a difference (`order:`).
public enum FilterOrder: String, Hashable, Sendable, CaseIterable {
  /// Before those that may keep frames from them.
  case first
  /// Behind all of them: only what they let go on is copied.
  case last
}

/// Whether super-frames and partial checksums of copies are put right (`normalize:`).
public enum Normalization: String, Hashable, Sendable { case asIs, wireFrames }

/// What to do when a mirror's output can come back to its own sources (`force:`).
public enum CyclePolicy: String, Hashable, Sendable { case refuse, allow }

/// `sample:`: one copy of `oneIn` selected frames.
public struct Sample: Hashable, Sendable {
  /// Counted: exactly every N-th frame. Random: each frame with probability 1/N.
  public enum Choice: String, Hashable, Sendable { case counted, random }

  /// 1...65535, the range of `tc-gact(8)`'s VAL.
  public var oneIn: Int
  public var choice: Choice

  public init(oneIn: Int, choice: Choice = .counted) {
    self.oneIn = oneIn
    self.choice = choice
  }
}

/// `rate:`: the bandwidth that copies may use.
public struct RateLimit: Hashable, Sendable {
  /// Bits per second, 8...(2^63 - 1).
  public var bitsPerSecond: Int
  /// Bytes that may pass at once, 1...(2^32 - 1); `nil`: derived from the rate.
  public var burstBytes: Int?

  public init(bitsPerSecond: Int, burstBytes: Int? = nil) {
    self.bitsPerSecond = bitsPerSecond
    self.burstBytes = burstBytes
  }
}
