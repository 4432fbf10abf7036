import MirrorModel
import TrafficControl

/// What profiles mean on a host: the state to bring about, and what will and will not work once it is there.
public struct Compilation: Sendable {
  /// What the kernel shall hold of ours.
  public var desired = KernelState()
  /// What it holds now, with the present flags of the bridge ports that are to change.
  public var current = KernelState()
  /// One for each mirror, in the order of their owners.
  public var mirrors: [MirrorReport] = []
  /// Whose slot is which, of all mirrors and bridges.
  public var slots: [Owner: UInt16] = [:]
  /// Of whom only the record is there, and why.
  public var suspended: [Owner: String] = [:]
  /// Things worth knowing before the plan is carried out.
  public var warnings: [String] = []
  /// Whether a mirror that leaves the choice to us would have tcx programs make its copies somewhere, and the kernel is not known to
  /// have such programs.
  public var wantsPrograms = false
  /// Hooks of mirrors that leave the choice to us where filters get no frames.
  var blindPoints: Set<HookPoint> = []
}

/// How one mirror fares on the host as it is.
public struct MirrorReport: Sendable {
  public enum State: String, Sendable { case active, degraded, disabled }

  public struct Source: Hashable, Sendable {
    public var interface: String
    public var side: Side
    public var isOperational: Bool
  }

  public struct Output: Hashable, Sendable {
    /// `port`, `vlan` or `tunnel`.
    public var kind: String
    public var interface: String
    public var isOperational: Bool
  }

  public var owner: Owner
  public var mirror: PortMirror
  public var slot: UInt16
  /// Why it is degraded.
  public var reasons: [String] = []
  /// What it cannot do as things are, though nothing is wrong: copies that are too long for the way they take.
  public var notes: [String] = []
  public var sources: [Source] = []
  /// Ports that are named as sources and that are not there: none of them operational.
  public var missingSources: [Source] = []
  public var outputs: [Output] = []
  /// Hooks where tcx programs of ours make its copies.
  var programPoints: Set<HookPoint> = []

  public var name: String { mirror.name }

  /// The sides of ports that the mirror is to select, there or not.
  public var configuredSources: Int { sources.count + missingSources.count }

  public var state: State {
    if mirror.administrativeState == .disabled { return .disabled }
    return reasons.isEmpty ? .active : .degraded
  }
}
